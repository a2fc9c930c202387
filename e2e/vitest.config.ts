import { testProject } from "../vitest.base.ts";

/** A run on another Kubernetes has a report of its own. */
const report = process.env["TEST_REPORT"] ?? "e2e";

export default {
  root: import.meta.dirname,
  ...testProject("e2e", {
    include: ["**/*.test.ts"],
    globalSetup: ["harness/global-setup.ts"],
    fileParallelism: false,
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    reporters: process.env["CI"]
      ? ["default", ["json", { outputFile: `../test-results/${report}.json` }]]
      : ["default"],
  }),
};
