import { defineConfig } from "vitest/config";

// restic takes half a second to open a repository.
export default defineConfig({ test: { testTimeout: 60_000, maxConcurrency: 4 } });
