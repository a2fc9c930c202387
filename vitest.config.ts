import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "emulators/*"],
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: "test-results/unit.json" }]] : ["default"],
  },
});
