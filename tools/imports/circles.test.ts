import { expect, it } from "vitest";
import { root } from "../project/root.ts";
import { circles } from "./circles.ts";
import { importsOf, readImports } from "./read-imports.ts";

it("finds each circle, and nothing in a tree", () => {
  const tree = { a: ["b", "c"], b: ["c", "node:fs"], c: [] };
  expect(circles(new Map(Object.entries(tree)))).toEqual([]);
  const knot = { ...tree, c: ["d"], d: ["b"], e: ["e"], f: ["a"] };
  expect(circles(new Map(Object.entries(knot)))).toEqual([["b", "c", "d"], ["e"]]);
});

it("reads every form of an import", () => {
  const text = `
    import a from "a";
    import type { B } from "./b.ts";
    import {
      c,
      type C,
    } from "./c.ts";
    import "./d.ts";
    export { e } from "./e.ts";
    export * from "./f.ts";
    const g = async () => await import("./g.ts");
    export const h = "./h.ts";
  `;
  expect(importsOf(text)).toEqual(["a", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts", "./g.ts"]);
});

it("no files import each other in a circle", async () => {
  const imports = await readImports(root);
  expect(imports.size).toBeGreaterThan(500);
  expect(circles(imports)).toEqual([]);
});
