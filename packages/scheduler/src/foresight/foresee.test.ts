import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { type Deltas, parseDeltas, standingAges } from "@k8s-snapshots/retention";
import { describe, expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { listedSnapshot } from "../gate/check-answers.ts";
import { plan } from "../planner/plan.ts";
import type { Policy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import { mostStood } from "../state/high-water.ts";
import type { WholeList } from "../state/location-state.ts";
import { reduce } from "../state/reduce.ts";
import { deletionsDone } from "../state/reduce-deletion.ts";
import { noteHistory } from "../state/reduce-history.ts";
import { DAY, HOUR, type Instant, MINUTE, type Milliseconds } from "../state/time.ts";
import { homeDisk, labelsOfRequest, ruleOf, SchedulerWorld } from "../testing/index.ts";
import { DiskRun } from "./disk-run.ts";
import { type Foresight, foresee } from "./foresee.ts";
import { imagineDisk, type KnownDisk } from "./known-disk.ts";

const NOW = Date.UTC(2026, 0, 1);

describe("what the scheduler does in truth is what was foreseen", () => {
  const edits: [what: string, before: string, after: string, policy: Partial<Policy>][] = [
    ["a longer interval", "PT1H P3D", "PT6H P3D", {}],
    ["no grace", "P1D P30D", "P1D P7D", { scheduleChangeGrace: 0 }],
    ["no budget", "PT6H P30D", "P1D P7D", { ignoreDeletionBudget: true }],
    ["another grace and budget", "PT6H P30D", "P1D P30D", { scheduleChangeGrace: 3 * DAY, deletionBudgetShare: 0.3 }],
    ["fewer generations", "PT1H P1D P30D", "P1D P7D", {}],
    ["a mistyped duration", "P1D P1Y", "PT6H P1D", {}],
  ];

  it.each(edits.slice(0, wholeCount(edits.length, 3)))(
    "%s: %s to %s",
    { timeout: 120_000 },
    async (_, before, after, policy) => {
      const { world, foresight, goneAt } = await edited(before, ruleOf(after), policy);
      expect(foresight.isSettled).toBe(true);
      const gone = foresight.snapshots.filter(
        ({ goesAt = Number.POSITIVE_INFINITY }) => goesAt < world.clock.now() - HOUR,
      );
      expect(gone.length).toBeGreaterThan(5);
      for (const { row, goesAt = 0 } of gone) {
        const difference = Math.abs((goneAt.get(row.id) ?? 0) - goesAt);
        expect(difference, `${row.id}, foreseen ${new Date(goesAt).toISOString()}`).toBeLessThan(40 * MINUTE);
      }
      const foreseen = new Set(gone.map(({ row }) => row.id));
      for (const [id, at] of goneAt) if (at < foresight.until - HOUR) expect(foreseen, id).toContain(id);
    },
  );

  it("a confirmed schedule", { timeout: 120_000 }, async () => {
    const { foresight, goneAt } = await edited("P1D P30D", ruleOf("P1D P7D", { confirmedDeltas: "P1D P7D" }), {});
    expect(foresight.inForceAt).toBe(foresight.now);
    for (const { row, goesAt, after } of foresight.snapshots) {
      if (after.expired === undefined) continue;
      expect(goesAt).toBe(foresight.now);
      expect(goneAt.get(row.id)).toBeLessThan(foresight.now + 10 * MINUTE);
    }
  });
});

describe("one disk", () => {
  it("rules 4b and 5: what only the schedule before keeps stays for the grace, then goes by the budget, the oldest first", () => {
    const { snapshots, inForceAt, until, isSettled } = foresee(...imagined("P1D P1Y", 366, DAY, "P1D P7D"));
    // The first snapshot under the new schedule is due a day after the newest, and the grace is a day from then.
    expect(inForceAt).toBe(NOW + 2 * DAY);
    expect(isSettled).toBe(true);
    const expired = snapshots.filter(({ after }) => after.expired !== undefined).toReversed();
    const times = expired.map(({ goesAt = Number.NaN }) => goesAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBe(inForceAt);
    expect(times.filter((time) => time < NOW + 3 * DAY)).toHaveLength(36);
    expect(times.every((time) => time <= until)).toBe(true);
  });

  it("rule 3: the newest stays, though no other does", () => {
    const { snapshots } = foresee(...imagined("P1D P30D", 31, DAY, "P30D P1Y", { ignoreDeletionBudget: true }));
    const [newest] = snapshots;
    expect(newest?.after.kept[0]).toEqual({ kind: "newest" });
    expect(newest?.goesAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(NOW + 30 * DAY);
  });

  it("rule 1: one dated in the future is none of them, and keeps no other from going", () => {
    const [known, rule] = imagined("PT1H P1D", 25, HOUR, "PT2H P1D");
    const ahead = [...rowsOf(25, HOUR), { id: "ahead", createdAt: NOW + 36_500 * DAY }];
    const other = imagineDisk({ deltas: parseDeltas("PT1H P1D"), snapshots: ahead, now: NOW });
    const verdicts = ({ snapshots }: Foresight) => snapshots.map(({ row, after }) => [row.id, after.expired?.kind]);
    expect(verdicts(foresee(other, rule))).toEqual(verdicts(foresee(known, rule)));
  });

  it("rule 7: one that is labelled to be kept stays, and is not waited for", () => {
    const [known, rule] = imagined("P1D P30D", 31, DAY, "P1D P7D");
    const held = known.listed.map((one) =>
      one.id === "s20" ? { ...one, labels: { ...one.labels, [HOLD_LABEL]: "true" } } : one,
    );
    const list = known.present.location.list as WholeList;
    const fact = { type: "disk.listed", list, before: list, snapshots: held, unlabelled: 0 } as const;
    const state = reduce(known.state, fact, known.present);
    const { snapshots, isSettled } = foresee({ ...known, state, listed: held }, rule);
    expect(isSettled).toBe(true);
    const staying = snapshots.filter(({ after, goesAt }) => after.expired !== undefined && goesAt === undefined);
    expect(staying.map(({ row }) => row.id)).toEqual(["s20"]);
  });

  it("rule 1: one that is being made is waited for no longer than until the first list", () => {
    const [known, rule] = imagined("P1D P30D", 31, DAY, "P1D P7D");
    const listed = known.listed.map((one) => (one.id === "s0" ? { ...one, state: "pending" as const } : one));
    const list = known.present.location.list as WholeList;
    const fact = { type: "disk.listed", list, before: list, snapshots: listed, unlabelled: 0 } as const;
    const making = { ...known, state: reduce(known.state, fact, known.present), listed };
    expect(foresee(making, rule).inForceAt).toBe(foresee(known, rule).inForceAt);
  });

  it("rule 2: nothing goes where deletions are suspended, and it says why", () => {
    const [known, rule] = imagined("P1D P30D", 31, DAY, "P1D P7D");
    const { snapshots, deferrals } = foresee(known, { ...rule, deletionsSuspended: "another object is unreadable" });
    expect(snapshots.every(({ goesAt }) => goesAt === undefined)).toBe(true);
    expect(deferrals).toContainEqual(expect.objectContaining({ reason: "DeletionsSuspended" }));
  });

  it("rule 5: the grace ends when it does, whenever the snapshots are due", () => {
    const { inForceAt } = foresee(...imagined("P1D P30D", 31, DAY, "P1D P7D", { scheduleChangeGrace: 10 * HOUR }));
    expect(inForceAt).toBe(NOW + DAY + 10 * HOUR);
    // Also where it holds nothing.
    const more = foresee(...imagined("P1D P7D", 8, DAY, "P1D P30D", { scheduleChangeGrace: 10 * HOUR }));
    expect(more.inForceAt).toBe(NOW + DAY + 10 * HOUR);
  });

  it("rule 14: what a namespace may have besides follows what is taken and deleted", () => {
    const [known] = imagined("P1D P30D", 33, DAY, "P1D P7D");
    const run = new DiskRun({ ...known, present: { ...known.present, namespaceLeft: 5 } });
    run.pass(DAY);
    expect(run.takeWhatIsDue()).toBe(true);
    expect(run.present.namespaceLeft).toBe(4);
    const { deletions } = run.deleteWhatGoes();
    expect(deletions.length).toBeGreaterThan(0);
    expect(run.present.namespaceLeft).toBe(4 + deletions.length);
  });

  it("rule 4b: the budget is there again after its window, whenever the snapshots are due", () => {
    const { snapshots, inForceAt = 0 } = foresee(...imagined("P1D P1Y", 366, DAY, "PT7H P7D"));
    const times = new Set(snapshots.map(({ goesAt }) => goesAt));
    expect(inForceAt).toBe(NOW + 31 * HOUR);
    for (const days of [0, 1, 2, 3]) expect(times).toContain(inForceAt + days * DAY);
  });

  it("rule 12: at a full limit what makes room goes before the grace ends, and the next one is taken then", () => {
    const { snapshots, inForceAt } = foresee(...limited(31));
    expect(snapshots.at(-1)?.goesAt).toBe(NOW + DAY);
    expect(inForceAt).toBe(NOW + 2 * DAY);
  });

  it("rule 12: far above a limit no more than a share makes room in an interval", () => {
    const { snapshots } = foresee(...limited(20));
    const within = (time: number) => snapshots.filter(({ goesAt = Number.NaN }) => goesAt <= NOW + time).length;
    expect([within(DAY), within(2 * DAY - 1)]).toEqual([3, 3]);
  });

  it("changes nothing that it is given", () => {
    const [known, rule] = imagined("P1D P30D", 31, DAY, "P1D P7D");
    const before = structuredClone({ rows: known.state.table.rows(), listed: known.listed });
    foresee(known, rule);
    expect({ rows: known.state.table.rows(), listed: known.listed }).toEqual(before);
  });

  it("of many, takes those to come further apart, and says how far", { timeout: 120_000 }, () => {
    const many = wholeCount(20_000, 5_000);
    const { snapshots, spacing, isSettled, inForceAt } = foresee(...imagined("PT1M P30D", many, MINUTE, "PT1H P30D"));
    expect(snapshots).toHaveLength(many);
    expect(spacing).toBe(DAY);
    expect(inForceAt).toBe(NOW + DAY + HOUR);
    expect(isSettled).toBe(true);
    expect(snapshots.every(({ after, goesAt }) => after.expired === undefined || goesAt !== undefined)).toBe(true);
  });
});

it("deletions that are done together come to the same as one after the other", () => {
  const [{ state, present }] = imagined("P1D P30D", 31, DAY, "P1D P7D");
  const ids = ["s3", "s7", "s11"];
  const together = noteHistory(state, deletionsDone(state, ids, present), present);
  const single = ids.reduce((before, id) => {
    const sent = reduce(before, { type: "deletion.sent", id }, present);
    return reduce(sent, { type: "deletion.done", id, madeRoom: false }, present);
  }, state);
  expect(together.leaving).toEqual(single.leaving);
  const later = { ...present, moment: { monotonic: HOUR / 2, wall: NOW + HOUR / 2 } };
  expect(plan(together, later)).toEqual(plan(single, later));
  expect(mostStood(together.heldBefore, 28, 0, HOUR)).toBe(mostStood(single.heldBefore, 28, 0, HOUR));
});

/** A disk with that history, the newest taken now, and the rule that its deltas are edited to. */
function imagined(
  before: string,
  count: number,
  every: Milliseconds,
  after: string,
  policy: Partial<Policy> = {},
): [KnownDisk, Rule & { readonly deltas: Deltas }] {
  const known = imagineDisk({ deltas: parseDeltas(before), snapshots: rowsOf(count, every), now: NOW, policy });
  return [known, { ...(known.state.rule as Rule), deltas: parseDeltas(after) }];
}

/** A disk of which the storage system takes no more snapshots than that. */
function limited(maxSnapshotsPerDisk: number): Parameters<typeof foresee> {
  const [known, rule] = imagined("P1D P30D", 31, DAY, "P1D P7D");
  const capabilities = { ...known.present.location.capabilities, maxSnapshotsPerDisk };
  return [{ ...known, present: { ...known.present, location: { ...known.present.location, capabilities } } }, rule];
}

function rowsOf(count: number, every: Milliseconds): { id: string; createdAt: Instant }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `s${index}`, createdAt: NOW - index * every }));
}

/** The scheduler on a settled history; then the rule is edited, and it runs on for forty days. */
async function edited(before: string, rule: Rule, policy: object) {
  const world = new SchedulerWorld();
  world.storage.addDisk(homeDisk);
  const newest = world.clock.now() - 30 * MINUTE;
  const ages = standingAges(parseDeltas(before), newest).toReversed();
  for (const [index, age] of ages.entries()) {
    const createdAt = newest - age;
    const request = { schedule: before, held: ages.length - 1, key: `before-${index}` };
    const labels = labelsOfRequest(homeDisk, createdAt, request);
    world.storage.addSnapshot({ disk: homeDisk, createdAt: new Date(createdAt), state: "ready", labels });
  }
  const { scheduler } = await world.start([ruleOf(before)], { policy });
  await world.advance(20 * MINUTE);
  const { state, present } = scheduler.inspect("memory", homeDisk) as NonNullable<ReturnType<typeof scheduler.inspect>>;
  const listed = world.snapshots(homeDisk).map(listedSnapshot);
  const foresight = foresee({ state, present, listed }, rule as Rule & { readonly deltas: Deltas });
  scheduler.setRules([rule]);
  const ids = new Set(world.idsOf(homeDisk));
  await world.advance(40 * DAY);
  const goneAt = new Map<string, Instant>();
  const there = new Set(world.idsOf(homeDisk));
  for (const call of world.calls) {
    if (call.operation !== "deleteSnapshot") continue;
    const { id } = call.request;
    if (ids.has(id) && !there.has(id)) goneAt.set(id, call.at);
  }
  return { world, foresight, goneAt };
}
