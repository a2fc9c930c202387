import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { defaultPolicy } from "./index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

it("the README's example runs", () => {
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] as string;
  const output = execFileSync(
    process.execPath,
    ["--conditions=@k8s-snapshots/source", "--input-type=module-typescript", "--eval", example],
    { cwd: new URL("..", import.meta.url), encoding: "utf8" },
  );
  expect(output.trim().split("\n")).toEqual([
    "disk.held",
    "location.listed",
    "disk.held",
    "snapshot.start",
    "snapshot.accepted",
  ]);
});

it("the README names each setting, each event and each reason of the code", () => {
  const source = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  const events = [...source("scheduler-event.ts").matchAll(/type: "([^"]+)"/g)].map(([, name]) => name as string);
  const reasons = [...source("planner/disk-plan.ts").matchAll(/^ {2}\| "(\w+)"/gm)].map(([, name]) => name as string);
  expect(events.length * reasons.length).toBeGreaterThan(0);
  const missing = [...events, ...reasons, ...Object.keys(defaultPolicy)].filter(
    (name) => !readme.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});
