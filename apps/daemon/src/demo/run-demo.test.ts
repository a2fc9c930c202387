import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { runDemo } from "./run-demo.ts";

it("takes snapshots of three volumes, says so, and leaves only the folder that it names", async () => {
  const output = new PassThrough({ encoding: "utf8" });
  const stop = new AbortController();
  const running = runDemo(output as unknown as NodeJS.WriteStream, {}, stop.signal);
  let told = "";
  for await (const text of output) {
    told += text;
    if (["pvc-notes", "pvc-orders", "rule-photos"].every((name) => new RegExp(`${name} +taken`).test(told))) break;
  }
  const folder = /lie in (\S+)/.exec(told)?.[1] as string;
  expect(told).toMatch(/In a browser: +http:\/\/127\.0\.0\.1:\d+\/\n/);
  expect(told).toMatch(/kubectl --server http:\/\/127\.0\.0\.1:\d+ get pvc,pv,sr/);
  expect(readdirSync(join(folder, "snapshots", "snapshots")).length).toBeGreaterThanOrEqual(3);
  expect(existsSync(join(folder, "volumes", "notes", "readme.txt"))).toBe(true);

  stop.abort();
  await running;
  await removeFolder(folder);
});
