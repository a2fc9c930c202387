import { defineConfig, type Options } from "tsup";

/** How every package is built: ESM for Node 24; the declarations come from `tsc` (see each tsconfig.build.json). */
export function packageBuild(entry: string[], overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: "esm",
    target: "node24",
    platform: "node",
    dts: false,
    clean: true,
    sourcemap: true,
    splitting: true,
    ...overrides,
  });
}
