import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { defaultPolicy, type ReasonFacts, reasons } from "./index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

it("the README's example runs", () => {
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] as string;
  const output = execFileSync(
    process.execPath,
    ["--conditions=@k8s-snapshots/source", "--input-type=module-typescript", "--eval", example],
    { cwd: new URL("..", import.meta.url), encoding: "utf8" },
  );
  expect(output.trim().split("\n")).toEqual([
    "tenure.changed",
    "call.ended",
    "location.listed",
    "readiness.changed",
    "snapshot.requested",
    "call.ended",
    "snapshot.accepted",
    "snapshot.ready",
  ]);
});

it("the README names each setting and each event of the code", () => {
  const source = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  const events = [...source("scheduler-event.ts").matchAll(/type: "([^"]+)"/g)].map(([, name]) => name as string);
  expect(events.length).toBeGreaterThan(10);
  const missing = [...events, ...Object.keys(defaultPolicy)].filter((name) => !readme.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

it("what needs a person has something for that person to do", () => {
  const idle = Object.entries<ReasonFacts>(reasons).filter(
    ([, { severity, fix }]) => severity !== "info" && fix === "nothing",
  );
  expect(idle.map(([name]) => name)).toEqual([]);
});

it("the reference of reasons says what the table says", async () => {
  const rows = Object.entries<ReasonFacts>(reasons).map(
    ([name, { defers, severity, rule, summary, fix }]) =>
      `| \`${name}\` | ${defers} | ${severity} | ${rule} | ${summary} | ${fix} |`,
  );
  const page = [
    "# Reasons",
    "",
    "What is not done for a disk, or what someone should know of it. The names are stable. The rules are those of",
    "[the scheduler](../../packages/scheduler/README.md#safety-rules). This page is written from the code: `vitest -u` renews it.",
    "",
    "| reason | holds up | severity | rule | what it means | what to do |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  await expect(page).toMatchFileSnapshot("../../../docs/reference/reasons.md");
});
