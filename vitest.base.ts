import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Servers of tests are asked directly, whatever proxy the machine's environment names. */
const noProxy = [process.env["NO_PROXY"] ?? process.env["no_proxy"], "127.0.0.1", "localhost"].filter(Boolean).join();

/** Programs that tests start from their sources begin twice as fast once Node has kept what it made of these. */
const compileCache = join(import.meta.dirname, "node_modules", ".cache", "node");

/**
 * Each package's test project: from source, with no build before it. Its files share their modules, which takes a fifth of the
 * time; one that mocks a module begins and ends with `vi.resetModules`. The time limits are a safeguard against tests that
 * hang, ten times and more what the slowest one takes on a quiet machine: machines are shared.
 */
export function testProject(name: string, test: NonNullable<ViteUserConfig["test"]> = {}): ViteUserConfig {
  return defineConfig({
    ssr: {
      resolve: {
        conditions: ["@k8s-snapshots/source", "node", "development|production"],
        externalConditions: ["@k8s-snapshots/source", "node"],
      },
    },
    test: {
      name,
      environment: "node",
      isolate: false,
      // A project does not inherit the root's: without a number of its own it gets one core less than there are.
      maxWorkers: Math.max(2, availableParallelism()),
      include: ["src/**/*.test.ts", "test/**/*.test.ts"],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      env: { NO_PROXY: noProxy, no_proxy: noProxy, NODE_COMPILE_CACHE: compileCache },
      ...test,
    },
  });
}
