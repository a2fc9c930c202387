import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

it("is escaped as the contract of backends escapes", async () => {
  const [own, theirs] = await Promise.all(
    ["./printable.ts", "../../backend-api/src/printable.ts"].map((path) =>
      readFile(new URL(path, import.meta.url), "utf8"),
    ),
  );
  expect(own).toBe(theirs);
});
