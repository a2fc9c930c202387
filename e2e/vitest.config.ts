import { testProject } from "../vitest.base.ts";

export default {
  root: import.meta.dirname,
  ...testProject("e2e", {
    include: ["**/*.test.ts"],
    globalSetup: ["harness/global-setup.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: "../test-results/e2e.json" }]] : ["default"],
  }),
};
