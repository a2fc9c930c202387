import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { captureCommand } from "./captured-command.ts";

const page = new URL("../../../docs/retention.md", import.meta.url);
const guide = await readFile(page, "utf8");
const example = /```json\n(.*?)```/s.exec(guide)?.[1] ?? "";

/** The time that the pictures are of, where their command does not say it. */
const NOW = "2026-11-28T12:00:00Z";

it("the pictures of docs/retention.md are those that the program draws", { timeout: 60_000 }, async () => {
  const drawn = await Promise.all([...guide.matchAll(/```text\n(\$ .*?)```\n/gs)].map(([block]) => redraw(block)));
  expect(drawn.length).toBeGreaterThan(5);
  const renewed = drawn.reduce((text, [former, today]) => text.replace(former, () => today), guide);
  await expect(renewed).toMatchFileSnapshot(page.pathname);
});

/** A block, and what it should be: its command line, and what that prints. */
async function redraw(block: string): Promise<[former: string, today: string]> {
  const line = block.split("\n")[1] as string;
  const words = [...line.replace(" < week.json", "").matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word,
  );
  const args = words.slice(2).map(String);
  const { code, output, errors } = await captureCommand(
    args.includes("--now") ? args : [...args, "--now", NOW],
    {},
    example,
  );
  expect({ line, code, errors }).toEqual({ line, code: 0, errors: "" });
  return [block, `\`\`\`text\n${line}\n${output.trimEnd()}\n\`\`\`\n`];
}
