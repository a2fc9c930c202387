import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { ASKED_LABEL } from "../../src/state/marks.ts";
import { HOUR, MINUTE, SECOND } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, type OneDiskOptions, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H P1D");

/** Asked for now; the newest is twenty minutes old. */
function asked(requestedAt = START, options: OneDiskOptions = {}): OneDisk {
  const disk = new OneDisk(options).rule({ ...rule, requestedAt });
  return disk.list(historyOf(hourly(3, 20 * MINUTE), { schedule: "PT1H P1D" }));
}

describe("rule 6: what a person asks for", () => {
  it("is due at once, beside the schedule, and says so in its labels", () => {
    const disk = asked();
    expect(disk.plan()).toMatchObject({ creation: { reason: "asked", dueAt: START }, dueAt: START });
    expect(disk.request().labels[ASKED_LABEL]).toBe("2026-01-01T00:00:00.000Z");
  });

  it("is taken once, and the schedule goes on from it", () => {
    const disk = asked();
    disk.create("ready");
    expect(disk.creates()).toBe(false);
    expect(disk.plan().dueAt).toBe(START + HOUR);
    disk.pass(HOUR);
    expect(disk.plan().creation?.reason).toBe("due");
    expect(disk.request().labels[ASKED_LABEL]).toBeUndefined();
  });

  it("is not taken again after a restart, however the storage system dates it", () => {
    const first = asked();
    // Its clock is a little behind the one that the request was dated by.
    const made: ListedSnapshot = { ...first.create("ready"), createdAt: START - SECOND };
    for (const state of ["ready", "pending", "unknown"] as const) {
      const disk = new OneDisk().rule({ ...rule, requestedAt: START }).pass(5 * MINUTE);
      expect(disk.list([{ ...made, state }]).creates()).toBe(false);
    }
  });

  it("is not taken again once it has expired and a later one stands", () => {
    const disk = new OneDisk().rule({ ...rule, requestedAt: START }).pass(10 * MINUTE);
    expect(disk.list([snapshotOf(-5 * MINUTE, { schedule: "PT1H P1D" })]).creates()).toBe(false);
  });

  it("is not taken again after its answer was lost, but looked for", () => {
    const disk = asked();
    const { idempotencyKey } = disk.request();
    disk.createRefused({ outcome: "unknown" }).pass(2 * MINUTE);
    expect(disk.plan().creation).toMatchObject({ reason: "resolve", request: { idempotencyKey } });
    expect(disk.request().labels[ASKED_LABEL]).toBe("2026-01-01T00:00:00.000Z");
  });

  it("is taken again if the snapshot failed, at the pace of failed ones", () => {
    const disk = asked();
    disk.create("failed");
    expect(disk.reasons()).toContain("SnapshotFailed");
    expect(disk.pass(MINUTE).plan().creation?.reason).toBe("asked");
  });

  it("is one snapshot where the schedule's is due too", () => {
    const disk = asked(START + 40 * MINUTE).pass(40 * MINUTE);
    expect(disk.plan().creation?.reason).toBe("due");
    expect(disk.request().labels[ASKED_LABEL]).toBe("2026-01-01T00:40:00.000Z");
    disk.create("ready");
    expect(disk.creates()).toBe(false);
  });

  it("is not served by the schedule's that is due before the moment that it is dated", () => {
    const disk = asked(START + 42 * MINUTE).pass(40 * MINUTE);
    expect(disk.plan().creation?.reason).toBe("due");
    expect(disk.request().labels[ASKED_LABEL]).toBeUndefined();
  });

  it("has a key of its own each time, although both are of one interval", () => {
    const disk = asked();
    const { idempotencyKey } = disk.request();
    expect(asked().request().idempotencyKey).toBe(idempotencyKey);
    expect(asked(START - SECOND).request().idempotencyKey).not.toBe(idempotencyKey);
  });

  it("waits for one that is pending, and then is taken", () => {
    const pending = snapshotOf(MINUTE, { schedule: "PT1H P1D", state: "pending", id: "p" });
    const disk = new OneDisk().rule({ ...rule, requestedAt: START }).list([pending]);
    expect(disk.reasons()).toContain("Pending");
    expect(disk.list([{ ...pending, state: "ready" }]).plan().creation?.reason).toBe("asked");
  });

  it("is ignored after an hour, and that is said until it was served or asked for again", () => {
    const late = new OneDisk().rule({ ...ruleOf("PT6H P1D"), requestedAt: START - HOUR });
    late.list([snapshotOf(2 * HOUR, { schedule: "PT6H P1D" })]);
    expect(late.plan().creation?.reason).toBe("asked");
    expect(late.pass(1).creates()).toBe(false);
    expect(late.deferral("RequestIgnored")?.detail).toContain("was not served within an hour");
    expect(late.rule({ ...ruleOf("PT6H P1D"), requestedAt: START }).reasons()).not.toContain("RequestIgnored");
  });

  it("is served by one with its mark, whatever else stands", () => {
    const marked = snapshotOf(SECOND, {
      schedule: "PT1H P1D",
      labels: { [ASKED_LABEL]: new Date(START).toISOString() },
    });
    const disk = asked().list([...historyOf(hourly(3, 20 * MINUTE), { schedule: "PT1H P1D" }), marked]);
    expect(disk.plan()).toMatchObject({ creation: undefined, deferrals: [] });
    expect(disk.pass(10 * MINUTE).creates()).toBe(false);
  });

  it("is served by one that was begun when it was asked for, or after that, though it is not ready yet", () => {
    const at = (age: number) => snapshotOf(age, { schedule: "PT1H P1D", state: "pending", id: "p" });
    const after = (age: number) => {
      const disk = new OneDisk().rule({ ...rule, requestedAt: START }).pass(2 * HOUR);
      return disk.list([snapshotOf(20 * MINUTE, { schedule: "PT1H P1D" }), at(age)]).reasons();
    };
    expect(after(MINUTE)).toContain("RequestIgnored");
    expect(after(0)).not.toContain("RequestIgnored");
    expect(after(-MINUTE)).not.toContain("RequestIgnored");
    const exact = new OneDisk().rule({ ...rule, requestedAt: START }).list([snapshotOf(0, { schedule: "PT1H P1D" })]);
    expect(exact.plan()).toMatchObject({ creation: undefined, deferrals: [] });
    expect(exact.pass(10 * MINUTE).creates()).toBe(false);
  });

  it("is waited for if it is dated a little ahead, and ignored if by more than clocks differ", () => {
    const disk = asked(START + 5 * MINUTE);
    expect(disk.creates()).toBe(false);
    expect(disk.plan().dueAt).toBe(START + 5 * MINUTE);
    expect(disk.pass(5 * MINUTE).plan().creation?.reason).toBe("asked");
    expect(asked(START + 5 * MINUTE + 1).deferral("RequestIgnored")?.detail).toContain("is dated in the future");
  });
});

it("rule 14: what a person asks for waits until the shortest interval that is allowed is over", () => {
  const disk = asked(START, { capabilities: { minIntervalMs: 30 * MINUTE } });
  expect(disk.creates()).toBe(false);
  expect(disk.plan().dueAt).toBe(START + 10 * MINUTE);
  expect(disk.pass(10 * MINUTE).plan().creation?.reason).toBe("asked");
});

it("rule 12: what a person asks for deletes nothing at a full limit, and waits for the schedule", () => {
  const disk = asked(START, { capabilities: { maxSnapshotsPerDisk: 3 } });
  expect(disk.plan()).toMatchObject({ creation: undefined, deletions: [] });
  expect(disk.deferral("LimitReached")).toMatchObject({
    until: START + 40 * MINUTE,
    detail: "a limit is used up, and a request alone deletes nothing",
  });
});

describe("rule 6: the breaker", () => {
  /** `count` within the last two hours beside the schedule's own. */
  const taken = (count: number, askedAt: (index: number) => number): ListedSnapshot[] => [
    ...historyOf(hourly(4), { schedule: "PT1H P1D" }),
    ...Array.from({ length: count }, (_, index) =>
      snapshotOf(40 * MINUTE + index * 10 * MINUTE, {
        id: `asked-${index}`,
        schedule: "PT1H P1D",
        labels: { [ASKED_LABEL]: new Date(askedAt(index)).toISOString() },
      }),
    ),
  ];

  it("stays closed for what people asked for", () => {
    const disk = new OneDisk().rule(rule).list(taken(6, (index) => START - index * MINUTE));
    expect(disk.pass(30 * MINUTE).reasons()).not.toContain("BreakerOpen");
  });

  it("opens for several that were made for one request", () => {
    const disk = new OneDisk().rule(rule).list(taken(6, () => START));
    expect(disk.pass(30 * MINUTE).reasons()).toContain("BreakerOpen");
  });
});
