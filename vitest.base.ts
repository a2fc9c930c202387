import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Each package's test project: from source, with no build before it. */
export function testProject(name: string, test: NonNullable<ViteUserConfig["test"]> = {}): ViteUserConfig {
  return defineConfig({
    ssr: {
      resolve: {
        conditions: ["@k8s-snapshots/source", "node", "development|production"],
        externalConditions: ["@k8s-snapshots/source", "node"],
      },
    },
    test: { name, environment: "node", include: ["src/**/*.test.ts", "test/**/*.test.ts"], ...test },
  });
}
