import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { builtinHttp } from "../image/builtin-http.ts";

const requireOfTsup = createRequire(createRequire(import.meta.url).resolve("tsup"));
const esbuild = requireOfTsup("esbuild");
const root = fileURLToPath(new URL("..", import.meta.url));

interface Inputs {
  readonly [path: string]: {
    readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  };
}

it("loads the page, and what it needs, only when somebody looks at it", async () => {
  const loaded = await loadedWith("src/daemon/run-daemon.ts");
  expect(loaded).toContain("src/page/open-page.ts");
  expect(loaded).not.toContain("src/page/build-page.ts");
  expect(loaded.filter((path) => /hono/.test(path))).toEqual([]);
});

it("takes node:http without its WebSocket in the image", async () => {
  const loaded = await loadedWith("src/daemon/run-daemon.ts");
  expect(loaded.filter((path) => /^(node:)?http$/.test(path))).toEqual([]);
  expect(loaded).toContain("builtin-http:node:http");
});

/** All that an entry's imports lead to, less what it imports later. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: "unused",
    format: "esm",
    platform: "node",
    packages: "external",
    plugins: [builtinHttp],
    metafile: true,
  });
  const { inputs } = metafile as { readonly inputs: Inputs };
  const loaded = new Set<string>();
  const left = [entry];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    for (const { path: next, kind } of inputs[path]?.imports ?? []) if (kind !== "dynamic-import") left.push(next);
  }
  return [...loaded];
}
