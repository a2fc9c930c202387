import { defineConfig } from "vitest/config";

/** A part of CI that runs tests once more has a report of its own: it must not take the place of the others'. */
const report = process.env["TEST_REPORT"] ?? "unit";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "emulators/*", "tools"],
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: `test-results/${report}.json` }]] : ["default"],
  },
});
