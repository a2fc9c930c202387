import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";
import { runDemo } from "./run-demo.ts";

/** The second snapshot of photos is after ten seconds. */
const LIMIT = { timeout: 200_000 };

it("takes snapshots, restores one, says so, and leaves only the folder that it names", LIMIT, async () => {
  const output = new PassThrough({ encoding: "utf8" });
  const stop = new AbortController();
  const running = runDemo(output as unknown as NodeJS.WriteStream, {}, stop.signal);
  let told = "";
  for await (const text of output) {
    told += text;
    if (["pvc-orders", "rule-photos"].some((name) => !new RegExp(`${name} +taken`).test(told))) continue;
    if (/restored .*\n/.test(told.slice(told.indexOf("taken")))) break;
  }
  const folder = /lie in (\S+)/.exec(told)?.[1] as string;
  expect(told).toMatch(/In a browser: +http:\/\/127\.0\.0\.1:\d+\/\n/);
  expect(told).toMatch(/kubectl --server http:\/\/127\.0\.0\.1:\d+ get pvc,pv,sr/);
  expect(told).toMatch(/\d\d {2}restored photos as photos-restored from \d\d:\d\d:\d\d: 2 files, all the same\n/);
  expect(told).toContain("scratch  nothing protects it: no rule asks for snapshots of it");
  const { output: restored, code } = await tryWhatItSays(told);
  expect(restored).toMatch(/✓ pvc\/notes-restored bound/);
  expect(code).toBe(0);
  const coverage = await captureCommand(["coverage", "--from", /In a browser: +(\S+)/.exec(told)?.[1] as string], {});
  expect(coverage.output).toMatch(/default\/scratch +✗ unprotected +none +no rule asks for snapshots/);
  expect(coverage.output).toMatch(/default\/photos-restored +− excluded/);
  expect(readdirSync(join(folder, "snapshots", "snapshots")).length).toBeGreaterThanOrEqual(3);
  expect(existsSync(join(folder, "volumes", "notes", "readme.txt"))).toBe(true);

  stop.abort();
  await running;
  await removeFolder(folder);
});

/** Carries out the command that the demo prints for another terminal. */
function tryWhatItSays(told: string): Promise<CapturedCommand> {
  const [, before = "", words = ""] = /another terminal:\n +(.*) \\\n +k8s-snapshots (.*)\n/.exec(told) ?? [];
  const environment = Object.fromEntries(before.split(" ").map((one) => one.split("=") as [string, string]));
  return captureCommand(words.split(" "), environment);
}
