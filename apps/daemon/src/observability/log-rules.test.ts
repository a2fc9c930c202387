import { parseDeltas } from "@k8s-snapshots/retention";
import { pino } from "pino";
import { expect, it } from "vitest";
import { ResolvedWorld } from "../../test/declared-rules.ts";
import type { Finding, ResolvedChange } from "../rules/resolved-rule.ts";
import { logRules } from "./log-rules.ts";

it("says each problem of an object once", () => {
  const { lines, say } = openLog();
  const problem: Finding = { id: "pvc/a", name: "a", reason: "DiskNotFound", message: "there is no such disk" };
  say(problem);
  say(problem);
  expect(lines).toEqual([expect.objectContaining({ level: 40, event: "volume.not-found", rule: "pvc/a" })]);
});

it("says once of a backend that it cannot tell which disks are meant, and when it can again", () => {
  const { lines, say } = openLog();
  const failing = [unavailable("a", "unauthenticated"), unavailable("b", "unauthenticated")];
  say(...failing);
  say(...failing.toReversed());
  say();
  expect(lines).toEqual([
    expect.objectContaining({ level: 50, event: "backend.unavailable", backend: "google", rules: 2 }),
    expect.objectContaining({ level: 30, event: "backend.recovered", backend: "google" }),
  ]);
  expect(lines[0]?.["msg"]).toBe("a cannot be told (and 1 more)");
});

it("says that a backend fails otherwise than before, and does not call that a recovery", () => {
  const { lines, say } = openLog();
  say(unavailable("a", "unauthenticated"));
  say(unavailable("a", "forbidden"));
  expect(lines.map(({ event, code }) => [event, code])).toEqual([
    ["backend.unavailable", "unauthenticated"],
    ["backend.unavailable", "forbidden"],
  ]);
});

it("says in one line how many rules came at once, where they are many, and names few", () => {
  const lines: Record<string, unknown>[] = [];
  const log = logRules(pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }));
  const added = (count: number) =>
    new Map(Array.from({ length: count }, (_, index) => [`pv/${count}-${index}`, newRule()]));
  log(added(49));
  expect(lines.map(({ event }) => event)).toEqual(Array.from({ length: 49 }, () => "rule.added"));
  lines.length = 0;
  log(added(50));
  expect(lines).toEqual([expect.objectContaining({ level: 30, event: "rules.added", rules: 50 })]);
});

function newRule(): ResolvedChange {
  return { before: undefined, after: { rule: { deltas: parseDeltas("P1D P7D") } } } as unknown as ResolvedChange;
}

function unavailable(name: string, code: string): Finding {
  const failure = { backend: "google", code };
  return { id: name, name, reason: "BackendUnavailable", message: `${name} cannot be told`, failure };
}

function openLog(): { lines: Record<string, unknown>[]; say: (...findings: Finding[]) => void } {
  const lines: Record<string, unknown>[] = [];
  const log = logRules(pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }));
  const world = new ResolvedWorld();
  return { lines, say: (...findings) => log(world.next(...findings.map((finding) => ({ finding })))) };
}
