import type { Imports } from "./read-imports.ts";

/** Arrows from one part to those that it imports: `a → b`, sorted. */
export type Picture = readonly string[];

/** The arrows of a Mermaid flowchart: `a --> b & c`, where the names are the parts. */
export function picturesIn(markdown: string): readonly Picture[] {
  return [...markdown.matchAll(/^```mermaid\nflowchart [^\n]*\n(.*?)^```$/gms)].map(([, body = ""]) =>
    body
      .split("\n")
      .filter((line) => line.includes("-->"))
      .flatMap((line) => {
        const [from = "", to = ""] = line.split("-->");
        return to.split("&").map((each) => `${from.trim()} → ${each.trim()}`);
      })
      .toSorted(),
  );
}

/**
 * What is imported across parts.
 *
 * @param partOf - the part that a file is in; `undefined`: it is not in the picture
 */
export function pictureOf(imports: Imports, partOf: (file: string) => string | undefined): Picture {
  const arrows = new Set<string>();
  for (const [file, targets] of imports) {
    const from = partOf(file);
    for (const to of targets.map(partOf)) {
      if (from !== undefined && to !== undefined && from !== to) arrows.add(`${from} → ${to}`);
    }
  }
  return [...arrows].toSorted();
}
