import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./root.ts";

it("what stands in two packages, since neither may import another, is the same in both", async () => {
  const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");
  expect(await read("packages/retention/src/printable.ts")).toBe(await read("packages/backend-api/src/printable.ts"));
});
