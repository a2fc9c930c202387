import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type DatedSnapshot, decideRetention, parseDeltas } from "./index.ts";

interface StatelessCase {
  name: string;
  deltas: string;
  snapshots: { id: string; createdAt: string }[];
  kept: string[];
}

interface LifecycleCase {
  name: string;
  deltas: string;
  createdAt: string[];
  policyChanges?: { after: number; deltas: string }[];
  checkpoints: { after: number; kept: string[] }[];
}

const own = new URL("../vectors/", import.meta.url);
const whole = new URL("../../../../shared/vectors/", import.meta.url);
const folder = existsSync(whole) ? whole : own;

describe("agrees with tarsnapper 0.4 on one history", () => {
  it.each(read<StatelessCase>("stateless.json"))("$name", ({ deltas, snapshots, kept }) => {
    const decision = decideRetention(
      parseDeltas(deltas),
      snapshots.map(({ id, createdAt }) => ({ id, createdAt: new Date(createdAt) })),
    );
    expect(ids(decision.kept)).toEqual(kept);
    expect([...ids(decision.kept), ...ids(decision.expired)].sort()).toEqual(snapshots.map(({ id }) => id).sort());
  });
});

describe("agrees with tarsnapper 0.4 round by round", () => {
  it.each(read<LifecycleCase>("lifecycle.json"))("$name", ({ deltas: text, createdAt, policyChanges, checkpoints }) => {
    let deltas = parseDeltas(text);
    let snapshots: DatedSnapshot[] = [];
    for (const [index, time] of createdAt.entries()) {
      const round = index + 1;
      snapshots.push({ id: `s${String(round).padStart(4, "0")}`, createdAt: new Date(time) });
      const { kept } = decideRetention(deltas, snapshots);
      snapshots = kept.map(({ snapshot }) => snapshot);
      const checkpoint = checkpoints.find(({ after }) => after === round);
      if (checkpoint !== undefined) expect(ids(kept), `after round ${round}`).toEqual(checkpoint.kept);
      const change = policyChanges?.find(({ after }) => after === round);
      if (change !== undefined) deltas = parseDeltas(change.deltas);
    }
    expect(checkpoints.at(-1)?.after).toBe(createdAt.length);
  });
});

function read<Case>(name: string): Case[] {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

function ids(entries: readonly { snapshot: DatedSnapshot }[]): string[] {
  return entries.map(({ snapshot }) => snapshot.id).sort();
}
