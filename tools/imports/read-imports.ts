import { glob, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";

/** What each source file imports, types too: paths below the root, and names of packages as they are written. */
export type Imports = ReadonlyMap<string, readonly string[]>;

const sources = ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts", "emulators/*/src/**/*.ts", "tools/*/*.ts"];

/** `import … from "x"`, `export … from "x"`, `import("x")`, `import "x"`. */
const written = /(?:^|[\s;])(?:import|export)\s(?:[^;"']*?\sfrom\s)?\s*"([^"]+)"|\bimport\("([^"]+)"\)/g;

/** The sources of all packages without their tests. */
export async function readImports(root: string): Promise<Imports> {
  const files = await Array.fromAsync(glob(sources, { cwd: root, exclude: ["**/node_modules/**", "**/*.test.ts"] }));
  const entries = files.toSorted().map(async (file) => {
    const text = withoutComments(await readFile(join(root, file), "utf8"));
    return [file, importsOf(text).map((target) => resolved(file, target))] as const;
  });
  return new Map(await Promise.all(entries));
}

/** The modules that a text imports, as they are written. */
export function importsOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(written)].map(([, stated, dynamic]) => (stated ?? dynamic) as string))];
}

function resolved(file: string, target: string): string {
  return target.startsWith(".") ? normalize(join(dirname(file), target)) : target;
}

function withoutComments(text: string): string {
  return text.replace(/^\s*(?:\/\*[\s\S]*?\*\/|\/\/.*)/gm, "");
}
