import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { countSnapshots } from "./readme.example.ts";

it("README shows the example that runs", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = readFileSync(new URL("readme.example.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  expect(await countSnapshots(folder)).toBe(0);
  rmSync(folder, { recursive: true });
});
