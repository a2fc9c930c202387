import { beforeAll, describe, expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { newDiskState } from "../../src/state/disk-state.ts";
import type { Replay } from "../../src/trace/index.ts";
import type { FactLine, TraceLine } from "../../src/trace/trace-line.ts";
import { parsed, replayLines, type TracedRun, traceHostileWorld } from "./traced-world.ts";

/** Among these three every kind of fact and every reason occurs. */
const telling = [7, 9, 10];
const others = Array.from({ length: 20 }, (_, index) => index + 1).filter((seed) => !telling.includes(seed));
const seeds = [...telling, ...others].slice(0, wholeCount(20, telling.length));
const seen = new Set<string>();

describe("a hostile world, traced and replayed", () => {
  it.each(seeds)("every action is one that the core takes, and the disks end as they were: seed %i", async (seed) => {
    const { lines, inspect } = await traceHostileWorld(seed);
    const { replay, unexplained } = replayLines(lines);
    expect(unexplained.map(({ action }) => action)).toEqual([]);
    expectSameEnd(replay, inspect);
    for (const line of parsed(lines)) note(line);
  });

  it("so that every kind of fact and every reason occurred", () => {
    const facts = [
      "rule.changed",
      "disk.listed",
      "snapshot.read",
      "deletion.sent",
      "deletion.done",
      "deletion.refused",
    ];
    const creations = ["creation.sent", "creation.accepted", "creation.refused"];
    const reasons = ["first", "due", "resolve", "expired", "failed", "room", "orphaned"];
    const lines = ["trace", "location", "list", "date", "unresolved", "forgotten"];
    const wanted = [...facts, ...creations, ...reasons, ...lines];
    expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
  });

  it.each([11, 3, 40].slice(0, wholeCount(3, 1)))(
    "also where another file begins every %i events, each of them by itself",
    async (restartEvery) => {
      const { lines, inspect } = await traceHostileWorld(7, { restartEvery });
      const { replay, unexplained } = replayLines(lines);
      expect(unexplained.map(({ action }) => action)).toEqual([]);
      expect(replay.counts.deletions).toBeGreaterThan(5);
      expectSameEnd(replay, inspect);
      const files = lines.flatMap((line, index) => (line.includes('"type":"trace"') ? [index] : []));
      expect(files.length).toBeGreaterThan(20);
      for (const [index, begin] of files.entries()) {
        expect(replayLines(lines.slice(begin, files[index + 1])).unexplained).toEqual([]);
      }
    },
  );

  it("also where every 13th event is missing, which is said", async () => {
    const { lines } = await traceHostileWorld(7, { dropEvery: 13 });
    const { replay, unexplained } = replayLines(lines);
    expect(unexplained.map(({ action }) => action)).toEqual([]);
    expect(replay.counts.dropped).toBeGreaterThan(20);
  });
});

describe("a trace that was tampered with", () => {
  let run: TracedRun;

  beforeAll(async () => {
    run = await traceHostileWorld(7);
  });

  it("a forged deletion of the newest ready one is found out", () => {
    const { lines } = run;
    const at = lines.findLastIndex((line) => line.includes('"creation.sent"'));
    const { replay } = replayLines(lines.slice(0, at));
    const line = JSON.parse(lines[at] as string) as FactLine;
    const state =
      [...replay.disks()].findLast((one) => one.state.disk.id === line.disk)?.state ??
      newDiskState({ location: "home", id: "" });
    const newest = state.table.rows().findLast((row) => row.state === "ready");
    const forged = { ...line, fact: { type: "deletion.sent", id: newest?.id }, reason: "expired" };
    const { unexplained } = replayLines([...lines.slice(0, at), JSON.stringify(forged)]);
    expect(unexplained.map(({ action }) => action)).toEqual([
      {
        kind: "deletion",
        snapshot: newest?.id,
        reason: "expired",
        objection: expect.stringMatching(/rule 3/),
      },
    ]);
  });

  it.each([
    ["under another reason", (line: FactLine) => ({ ...line, reason: "room" }), /not as room/],
    ["of a snapshot that nobody knows", (line: FactLine) => sent(line, "snap-x"), /no snapshot of ours with this id/],
    [
      "once more",
      (line: FactLine) => line,
      /no snapshot of ours with this id is known, or its deletion was sent/,
      true,
    ],
    ["that was answered, but not sent", (line: FactLine) => done(line), /the trace lacks its request/],
  ] as const)("a deletion %s", (_, forge, objection, ...isAgain) => {
    const { lines } = run;
    const at = lines.findIndex((line) => line.includes('"deletion.sent"') && line.includes('"expired"'));
    const forged = JSON.stringify(forge(JSON.parse(lines[at] as string) as FactLine));
    const { unexplained } = replayLines([...lines.slice(0, at + isAgain.length), forged]);
    expect(unexplained.map(({ action }) => action?.objection)).toEqual([expect.stringMatching(objection)]);
  });

  it.each([
    ["that is not due", (line: FactLine) => line, /Requesting|is being requested/, true],
    ["for another reason", (line: FactLine) => ({ ...line, reason: "resolve" }), /not as resolve/],
    ["under another key", (line: FactLine) => request(line, { idempotencyKey: "k" }), /under the key .*, not k/],
    ["with other labels", (line: FactLine) => request(line, { labels: {} }), /labels it created-by: k8s-snapshots/],
  ] as const)("a creation %s", (_, forge, objection, ...isAgain) => {
    const { lines } = run;
    const at = lines.findIndex((line) => line.includes('"creation.sent"'));
    const forged = JSON.stringify(forge(JSON.parse(lines[at] as string) as FactLine));
    const { unexplained } = replayLines([...lines.slice(0, at + isAgain.length), forged]);
    expect(unexplained.map(({ action }) => action?.objection)).toEqual([expect.stringMatching(objection)]);
  });

  it("an action in a location that another replica serves", () => {
    const { lines } = run;
    const given = lines.map((line) => line.replace('"owned":true', '"owned":false'));
    const { replay, unexplained } = replayLines(given);
    expect(unexplained).toHaveLength(replay.counts.creations + replay.counts.deletions);
    expect(unexplained[0]?.action?.objection).toMatch(/not served by this process/);
  });
});

/** Of the locations that are served at the end. */
function expectSameEnd(replay: Replay, inspect: TracedRun["inspect"]): void {
  for (const { state, owned } of replay.disks()) {
    if (owned) expect(state).toEqual(inspect("memory", state.disk)?.state);
  }
}

function note(line: TraceLine): void {
  seen.add(line.type);
  if (line.type !== "fact") return;
  seen.add(line.fact.type);
  if (line.reason !== undefined) seen.add(line.reason);
}

function sent(line: FactLine, id: string): object {
  return { ...line, fact: { type: "deletion.sent", id } };
}

function done(line: FactLine): object {
  return { ...line, fact: { ...line.fact, type: "deletion.done", madeRoom: false }, reason: undefined };
}

function request(line: FactLine, changes: object): object {
  const { fact } = line as unknown as { fact: { request: object } };
  return { ...line, fact: { ...fact, request: { ...fact.request, ...changes } } };
}
