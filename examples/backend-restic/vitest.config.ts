import { defineConfig } from "vitest/config";

// restic takes half a second to open a repository, and much longer on a machine that does something else.
export default defineConfig({ test: { testTimeout: 600_000, hookTimeout: 600_000, maxConcurrency: 4 } });
