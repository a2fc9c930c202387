import { type BackendErrorCode, IDEMPOTENCY_KEY_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { errorOf, historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H");

it("rule 6: nothing is taken and nothing deleted before a whole list", () => {
  const disk = new OneDisk().rule(rule);
  expect(disk.creates()).toBe(false);
  expect(disk.reasons()).toEqual(["NotListed"]);
  expect(disk.list([]).creates()).toBe(true);
});

const lagging = { capabilities: { listLagMs: 10 * MINUTE } };

describe("rule 6: own writes stay in the inventory", () => {
  it("for ten minutes where the storage system does not say how far its lists lag", () => {
    const disk = new OneDisk({ capabilities: { listLagMs: undefined as never } }).rule(rule).list([]);
    disk.create("ready");
    disk
      .pass(10 * MINUTE)
      .list([])
      .list([]);
    expect(disk.state.accepted).toHaveLength(1);
    disk.pass(1).list([]).list([]);
    expect(disk.state.accepted).toEqual([]);
  });

  it("a snapshot, until a list begun after it shows it, or two lack it after the list lag", () => {
    const disk = new OneDisk(lagging).rule(rule).list([]);
    disk.create("ready");
    disk.pass(9 * MINUTE).list([]);
    expect(disk.creates()).toBe(false);
    expect(disk.state.accepted).toHaveLength(1);
    disk.pass(2 * MINUTE).list([]);
    expect(disk.state.accepted).toHaveLength(1);
    disk.pass(MINUTE).list([]);
    expect(disk.state.accepted).toEqual([]);
  });

  it("a pending one stops a second creation while lists lag", () => {
    const disk = new OneDisk(lagging).rule(rule).list([]);
    disk.create("pending");
    disk.pass(9 * MINUTE).list([]);
    expect(disk.reasons()).toContain("Pending");
    disk
      .pass(2 * MINUTE)
      .list([])
      .pass(MINUTE)
      .list([]);
    expect(disk.creates()).toBe(false);
    expect(disk.pass(HOUR).creates()).toBe(true);
  });

  it("what lists lack that must show it may have been made all the same: the next is due an interval after it", () => {
    const disk = new OneDisk().rule(rule).list([]).pass(MINUTE);
    disk.create("ready");
    disk.pass(MINUTE).list([]).pass(MINUTE).list([]);
    expect(disk.state.accepted).toEqual([]);
    expect(disk.plan().dueAt).toBe(START + MINUTE + HOUR);
  });

  it.each([
    ["pending", "Pending"],
    ["unknown", "Unknown"],
  ] as const)(
    "one that is %s and that a list lacks is given up by the second, unless it was deleted",
    (state, reason) => {
      const pending = snapshotOf(MINUTE, { id: "p", state });
      const disk = new OneDisk().rule(rule).list([pending]).pass(MINUTE).list([]);
      expect(disk.reasons()).toContain(reason);
      expect(disk.pass(MINUTE).list([]).reasons()).not.toContain(reason);
      const deleted = new OneDisk().rule(rule).list([pending]).deleted("p").pass(MINUTE).list([]);
      expect(deleted.state.accepted).toEqual([]);
    },
  );

  it("measured from when they were answered", () => {
    const history = historyOf(hourly(7));
    const disk = new OneDisk(lagging)
      .rule(rule)
      .pass(2 * HOUR)
      .list(history);
    const made = disk.create();
    disk
      .deleted("old-23400")
      .pass(9 * MINUTE)
      .list(history);
    expect(disk.deletions()).not.toContain("old-23400");
    disk.list(history);
    expect(disk.state.accepted.map(({ row }) => row.id)).toEqual([made.id]);
  });

  it("what is given up dates the next one only where it is the newest that may have been made", () => {
    const twice = (disk: OneDisk, ...listed: ListedSnapshot[]): OneDisk =>
      disk
        .pass(2 * MINUTE)
        .list(listed)
        .pass(MINUTE)
        .list(listed);
    const newer = new OneDisk().rule(rule).list([]);
    newer.create();
    newer
      .pass(2 * MINUTE)
      .list([snapshotOf(-MINUTE)])
      .pass(MINUTE)
      .list([]);
    expect(newer.state.accepted).toEqual([]);
    expect(newer.plan().dueAt).toBe(START + MINUTE + HOUR);
    const failed = new OneDisk().rule(rule).list([]);
    failed.create("failed");
    expect(twice(failed).state.newestDate).toBeUndefined();
    const waiting = new OneDisk(lagging).rule(rule).list([]);
    const pending = waiting.create("pending");
    expect(waiting.list([]).state.newestDate).toBeUndefined();
    expect(waiting.list([pending]).state.newestDate).toBeUndefined();
  });

  it("the next one is due from the newest ever seen, also where lists lack it now", () => {
    const [newer, ...older] = [10 * MINUTE, HOUR, 2 * HOUR].map((age) => snapshotOf(age)) as [
      ListedSnapshot,
      ...ListedSnapshot[],
    ];
    const disk = new OneDisk()
      .rule(rule)
      .list(older)
      .list([...older, newer])
      .list(older);
    expect(disk.plan().dueAt).toBe(START + 50 * MINUTE);
  });

  it("of one that a list shows twice the later look counts", () => {
    const pending = snapshotOf(MINUTE, { id: "p", state: "pending" });
    const disk = new OneDisk().rule(rule).list([pending, { ...pending, state: "ready" }]);
    expect(disk.state.table.rows()).toMatchObject([{ id: "p", state: "ready" }]);
  });

  it("one without a date is dated when it was first seen, and of unknown state", () => {
    const undated = { ...snapshotOf(0, { id: "undated" }), createdAt: Number.NaN };
    const disk = new OneDisk()
      .rule(rule)
      .list([snapshotOf(2 * HOUR), undated])
      .pass(10 * MINUTE);
    disk.list([snapshotOf(2 * HOUR), undated]);
    expect(disk.state.table.rows()).toMatchObject([
      { state: "ready" },
      { id: "undated", createdAt: START, state: "unknown" },
    ]);
    expect(disk.deferral("Unknown")).toMatchObject({ detail: "undated" });
  });

  it("and is not there twice once a list shows it, in whatever state", () => {
    const disk = new OneDisk(lagging).rule(rule).list([]);
    const made = disk.create("ready");
    disk.list([{ ...made, state: "unknown" }]);
    expect(disk.state.accepted).toEqual([]);
    expect(disk.pass(2 * HOUR).reasons()).toContain("Unknown");
  });

  it("a deletion, until the list lag has passed: a list that lacks it may be followed by one that shows it", () => {
    const history = historyOf(hourly(7));
    const disk = new OneDisk(lagging).rule(rule).list(history);
    for (const id of disk.deletions()) disk.deleted(id);
    disk.pass(MINUTE).list(history);
    expect(disk.deletions()).toEqual([]);
    disk.pass(MINUTE).list(history.slice(3)).pass(MINUTE).list(history);
    expect(disk.deletions()).toEqual([]);
    disk.pass(11 * MINUTE).list(history.slice(3));
    expect(disk.state.leaving).toEqual([]);
    const again = new OneDisk(lagging).rule(rule).list(history).deleted("old-23400");
    again.pass(11 * MINUTE).list(history);
    expect(again.deletions()).toContain("old-23400");
  });

  it("a deletion that was answered after the list began", () => {
    const history = historyOf(hourly(7));
    const disk = new OneDisk(lagging).rule(rule).list(history).pass(MINUTE);
    disk.deleted("old-23400").list(history.slice(1), { begunBefore: MINUTE });
    disk.pass(MINUTE).list(history);
    expect(disk.deletions()).not.toContain("old-23400");
  });

  it("a creation whose answer was lost is looked for under its key, after the list lag", () => {
    const disk = new OneDisk(lagging).rule(rule).list([snapshotOf(HOUR)]);
    const { idempotencyKey } = disk.request();
    disk.createRefused({ outcome: "unknown", code: "unavailable" });
    expect(disk.reasons()).toContain("InDoubt");
    expect(disk.pass(9 * MINUTE).creates()).toBe(false);
    disk.pass(2 * HOUR);
    expect(disk.plan().creation).toMatchObject({ reason: "resolve", dueAt: START, request: { idempotencyKey } });
  });

  it("a creation whose answer was lost waits for its next try, and for the list lag alone where the program stopped", () => {
    const refused = new OneDisk().rule(rule).list([]).createRefused({ outcome: "unknown", code: "unavailable" });
    expect(refused.deferral("InDoubt")).toMatchObject({ until: START + MINUTE });
    expect(refused.pass(MINUTE - 1).creates()).toBe(false);
    expect(refused.pass(1).creates()).toBe(true);
    const stopped = new OneDisk(lagging).rule(rule).list([]).createRefused({ outcome: "unknown", code: "aborted" });
    expect(stopped.deferral("InDoubt")).toMatchObject({ until: START + 10 * MINUTE });
    expect(stopped.pass(10 * MINUTE).creates()).toBe(true);
  });

  it("a creation whose answer was lost is in doubt no more once a list shows its key or its marks", () => {
    for (const shown of [IDEMPOTENCY_KEY_LABEL, "k8s-snapshots/marks"]) {
      const disk = new OneDisk(lagging).rule(rule).list([]);
      const { labels, idempotencyKey } = disk.request();
      disk.createRefused({ outcome: "unknown", code: "unavailable" });
      const all = { ...labels, [IDEMPOTENCY_KEY_LABEL]: idempotencyKey };
      const found = {
        ...snapshotOf(0, { id: "found" }),
        labels: { ...labels, [shown]: (all as Record<string, string>)[shown] ?? "" },
      };
      disk.pass(MINUTE).list([found, snapshotOf(9 * HOUR)]);
      expect(disk.state.creation, shown).toBeUndefined();
      expect(disk.creates()).toBe(false);
    }
    const byKey = new OneDisk(lagging).rule(rule).list([]);
    const key = { [IDEMPOTENCY_KEY_LABEL]: byKey.request().idempotencyKey };
    byKey.createRefused({ outcome: "unknown", code: "unavailable" });
    byKey.list([snapshotOf(0, { labels: key })]);
    expect(byKey.state.creation).toBeUndefined();
  });

  it("a creation that is under way stays so although a list shows its snapshot", () => {
    const disk = new OneDisk().rule(rule).list([]);
    const request = disk.request();
    disk.fact({ type: "creation.sent", request });
    disk.list([snapshotOf(0, { state: "pending", labels: { [IDEMPOTENCY_KEY_LABEL]: request.idempotencyKey } })]);
    expect(disk.reasons()).toContain("Requesting");
  });
});

describe("rule 6: a creation whose answer was lost", () => {
  const lost = { outcome: "unknown", code: "unavailable" } as const;

  it("is found by the marks of each try, the last ten", () => {
    const foundBy = (tries: number): boolean => {
      const disk = new OneDisk().rule(rule).list([]);
      const { labels } = disk.request();
      for (let count = 0; count < tries; count++) disk.createRefused(lost).pass(2 * HOUR);
      disk.list([{ ...snapshotOf(0, { id: "found", requestedAt: START }), labels }]);
      return disk.state.creation === undefined;
    };
    expect([1, 2, 10, 11].map(foundBy)).toEqual([true, true, true, false]);
  });

  it("is in doubt no more once the storage system answers that it made none", () => {
    const doubtful = (code: BackendErrorCode): boolean => {
      const disk = new OneDisk()
        .rule(rule)
        .list([])
        .createRefused(lost)
        .pass(2 * HOUR);
      return disk.createRefused({ code }).state.creation !== undefined;
    };
    expect((["not-found", "invalid", "limit-reached"] as const).filter(doubtful)).toEqual([]);
    expect((["unavailable", "forbidden"] as const).filter(doubtful)).toHaveLength(2);
  });

  it("is in doubt since the last answer that was lost, also while it is asked for again", () => {
    const disk = new OneDisk(lagging).rule(rule).list([]).createRefused(lost).pass(HOUR);
    disk.createRefused({ code: "unavailable" });
    expect(disk.state.creation).toMatchObject({ isUnderWay: false, inDoubtSince: 0 });
    expect(disk.state.creation?.lostMarks).toHaveLength(1);
    disk.pass(HOUR).createRefused(lost);
    expect(disk.deferral("InDoubt")).toMatchObject({ until: START + 2 * HOUR + 10 * MINUTE });
  });

  it("is none where the request was refused", () => {
    expect(new OneDisk().rule(rule).list([]).createRefused({}).state.creation).toBeUndefined();
  });
});

describe("rule 6: what the storage system answers a creation with", () => {
  const sent = (disk: OneDisk, snapshot: ListedSnapshot): OneDisk =>
    disk.fact({ type: "creation.sent", request: disk.request() }).fact({ type: "creation.accepted", snapshot });

  it.each(["failed", "deleting"] as const)("is no new one where it was %s before", (state) => {
    const old = snapshotOf(2 * HOUR, { id: "old", state });
    const disk = new OneDisk().rule(rule).list([snapshotOf(3 * HOUR), old]);
    sent(disk, old);
    expect(disk.state.accepted).toEqual([]);
    expect(disk.deferral("CreationFailed")).toMatchObject({
      count: 1,
      detail: expect.stringContaining("failed before"),
    });
  });

  it("is known once where a list has shown it already, or where it is answered twice", () => {
    const made = snapshotOf(0, { id: "made", state: "pending" });
    const disk = new OneDisk().rule(rule).list([]);
    const request = disk.request();
    disk.list([made]);
    disk.fact({ type: "creation.sent", request }).fact({ type: "creation.accepted", snapshot: made });
    expect(disk.state.accepted).toEqual([]);
    expect(disk.state.creationTrouble).toBeUndefined();
    const twice = new OneDisk().rule(rule).list([]);
    sent(twice, made).fact({ type: "creation.accepted", snapshot: made });
    expect(twice.state.accepted.map(({ row }) => row.id)).toEqual(["made"]);
  });

  it("is no pending one where it is being deleted already", () => {
    const disk = new OneDisk().rule(rule).list([]);
    expect(sent(disk, snapshotOf(0, { state: "deleting" })).reasons()).not.toContain("Pending");
  });

  it("is ours, and this process's where it carries its mark", () => {
    const disk = new OneDisk().rule(rule).list([]);
    disk.create();
    expect(disk.state.accepted).toMatchObject([{ row: { requestedHere: true, marks: { cluster: "ours" } } }]);
    const others = (snapshot: ListedSnapshot): unknown =>
      sent(new OneDisk().rule(rule).list([]), snapshot).state.accepted;
    expect(others(snapshotOf(0, { instance: "other" }))).toMatchObject([{ row: { requestedHere: false } }]);
    expect(others(snapshotOf(0, { bare: true }))).toMatchObject([{ row: { requestedHere: false } }]);
  });

  it("stands beside what was accepted before, until its deletion is sent", () => {
    const disk = new OneDisk(lagging).rule(rule).list([]);
    disk.create();
    disk.pass(HOUR).create();
    expect(disk.plan().readiness).toMatchObject({ held: 2 });
    expect(disk.deleted("made-0").plan().readiness).toMatchObject({ held: 1 });
  });

  it("counts by its date, also where a list shows newer ones", () => {
    const disk = new OneDisk(lagging).rule(rule).list([]);
    disk.create();
    disk.pass(2 * MINUTE).list([snapshotOf(-MINUTE)]);
    expect(disk.plan().readiness?.newest).toBe(START + MINUTE);
    const pending = new OneDisk(lagging).rule(rule).list([]);
    pending.create("pending");
    pending.pass(2 * MINUTE).list([snapshotOf(-MINUTE, { state: "pending" })]);
    expect(pending.deferral("Pending")).toMatchObject({ detail: "made-0" });
    const failed = new OneDisk(lagging).rule(rule).list([]);
    failed.create("failed");
    failed.pass(2 * MINUTE).list([snapshotOf(-MINUTE, { id: "newest", state: "failed" })]);
    expect(failed.deletions()).toEqual([]);
  });

  it("is a refusal also where the rule has gone meanwhile", () => {
    const disk = new OneDisk().rule(rule).list([]);
    disk.fact({ type: "creation.sent", request: disk.request() }).rule(undefined);
    disk.fact({ type: "creation.refused", error: errorOf({}) });
    expect(disk.state.creationTrouble).toMatchObject({ count: 1, retryAt: MINUTE });
  });

  it("counts from now on where it has no date", () => {
    const disk = new OneDisk().rule(rule).list([]).pass(MINUTE);
    sent(disk, { ...snapshotOf(0), createdAt: Number.NaN });
    expect(disk.plan().readiness?.newest).toBe(START + MINUTE);
    expect(disk.creates()).toBe(false);
  });
});

it("rule 6: that the program stops is no failure of a creation, and ends none", () => {
  const disk = new OneDisk().rule(rule).list([]).createRefused({ code: "aborted" });
  expect(disk.creates()).toBe(true);
  disk.createRefused({}).pass(MINUTE).createRefused({ code: "aborted" });
  expect(disk.createRefused({}).deferral("CreationFailed")).toMatchObject({ count: 2 });
});

describe("rule 6: the breaker", () => {
  const ages = Array.from({ length: 9 }, (_, index) => 65 * MINUTE + index * 15 * MINUTE);

  it("stops a disk that gets more than its schedule explains", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(ages));
    expect(disk.creates()).toBe(false);
    expect(disk.deferral("BreakerOpen")).toEqual({ reason: "BreakerOpen", count: 9, until: START + 70 * MINUTE });
    expect(disk.pass(70 * MINUTE).creates()).toBe(true);
  });

  it("is not opened by four, whatever schedule they carry", () => {
    const slow = historyOf(ages.slice(0, 4), { schedule: "P1D P7D" });
    expect(new OneDisk({ policy: { scheduleChangeGrace: 0 } }).rule(rule).list(slow).creates()).toBe(true);
  });

  it("pending ones count, also when they are stuck", () => {
    const listed = (...stuck: ReturnType<typeof snapshotOf>[]): OneDisk =>
      new OneDisk({ policy: { stuckAfter: 0 } }).rule(rule).list([...stuck, ...historyOf(ages.slice(0, 7))]);
    expect(listed().creates()).toBe(true);
    expect(listed(snapshotOf(210 * MINUTE, { state: "pending" })).reasons()).toContain("BreakerOpen");
  });

  it("goes by the schedule that each one carries", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(ages, { schedule: "PT15M PT3H" }));
    expect(disk.reasons()).not.toContain("BreakerOpen");
    expect(disk.creates()).toBe(true);
  });

  it.each(["PT15M P1D", "PT900S P1D"])(
    "is not opened by an interval that was raised, however it is spelled: %s",
    (deltas) => {
      const disk = new OneDisk({ policy: { minInterval: HOUR } })
        .rule(ruleOf(deltas))
        .list(historyOf(ages, { schedule: deltas }));
      expect(disk.reasons()).not.toContain("BreakerOpen");
      expect(disk.creates()).toBe(true);
    },
  );

  it("is not opened by what others made, which carries none", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(ages, { bare: true }));
    expect(disk.creates()).toBe(true);
  });
});

describe("rule 6: where another process takes snapshots under our mark", () => {
  const from = (instance: string) => (ages: readonly number[]) => historyOf(ages, { instance });
  const started = (instance: string): OneDisk => new OneDisk({ identity: { instance } }).rule(rule).list([]);

  it("it is said from the second on, and each creation waits for a tenth of the interval and a list", () => {
    const disk = started("me").pass(2 * HOUR);
    disk.list(from("aother")([-MINUTE]));
    expect(disk.reasons()).not.toContain("AnotherDaemon");
    const two = from("aother")([-MINUTE, -61 * MINUTE]);
    disk.list(two);
    expect(disk.reasons()).toContain("AnotherDaemon");
    disk.pass(2 * MINUTE);
    expect(disk.creates()).toBe(false);
    expect(disk.plan()).toMatchObject({ wakeAt: 2 * HOUR + 7 * MINUTE, listAt: Number.POSITIVE_INFINITY });
    disk.pass(5 * MINUTE);
    expect(disk.creates()).toBe(false);
    expect(disk.plan()).toMatchObject({ listAt: 2 * HOUR + 7 * MINUTE, awaitsList: true });
    expect(disk.list(two).creates()).toBe(true);
  });

  it("a try after one that was refused waits for that tenth too", () => {
    const disk = started("me").pass(2 * HOUR);
    const two = from("aother")([-MINUTE, -61 * MINUTE]);
    disk
      .list(two)
      .pass(7 * MINUTE)
      .list(two)
      .createRefused({});
    disk.pass(6 * MINUTE).list(two);
    expect(disk.creates()).toBe(false);
    expect(disk.pass(MINUTE).list(two).creates()).toBe(true);
  });

  it("that one is forgotten after four intervals without one of it", () => {
    const disk = started("me").pass(2 * HOUR);
    disk.list(from("aother")([-MINUTE, -61 * MINUTE]));
    disk.pass(3 * HOUR + MINUTE);
    expect(disk.reasons()).toContain("AnotherDaemon");
    expect(disk.pass(1).reasons()).not.toContain("AnotherDaemon");
  });

  it("the one whose mark comes first goes on", () => {
    const disk = started("a")
      .pass(2 * HOUR + 2 * MINUTE)
      .list(from("other")([-MINUTE, -61 * MINUTE]));
    expect(disk.creates()).toBe(true);
  });

  it.each([
    ["one that a list lacked and the next one shows again counts once", -MINUTE],
    ["one from the future is no sign of another", -400 * DAY],
  ])("%s", (_, age) => {
    const disk = started("me").pass(2 * HOUR);
    for (const listed of [[age], [], [age], [], [age]]) disk.list(from("aother")(listed));
    expect(disk.reasons()).not.toContain("AnotherDaemon");
  });

  it("each of those before it costs a tenth of the interval, once", () => {
    const disk = started("me").pass(2 * HOUR + 2 * MINUTE);
    const others = [...from("b")([-MINUTE]), ...from("a")([-31 * MINUTE, -61 * MINUTE]), ...from("z")([-62 * MINUTE])];
    disk.list(others);
    expect(disk.deferral("AnotherDaemon")).toMatchObject({ count: 4 });
    expect(disk.pass(12 * MINUTE - 1).plan().listAt).toBe(Number.POSITIVE_INFINITY);
    expect(disk.pass(1).plan().listAt).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  it("two from the future are no sign of another", () => {
    const disk = started("me").pass(2 * HOUR);
    disk.list(from("aother")([-400 * DAY, -401 * DAY]));
    expect(disk.reasons()).not.toContain("AnotherDaemon");
  });

  it("those of a restart of this one, and those that do not say who made them, are no sign of another", () => {
    const disk = started("me").pass(2 * HOUR);
    const { "k8s-snapshots/marks": _, ...labels } = snapshotOf(0).labels;
    const silent = [-40 * MINUTE, -20 * MINUTE].map((age) => ({ ...snapshotOf(age), labels }));
    disk.list([...from("me")([-30 * MINUTE, -10 * MINUTE]), ...silent]);
    expect(disk.reasons()).not.toContain("AnotherDaemon");
  });

  it("what was made before this process's first list is no sign of another", () => {
    const disk = new OneDisk().rule(rule).list(from("aother")(hourly(4, 3 * HOUR)));
    disk.pass(MINUTE).list(from("aother")([70 * MINUTE, 2 * HOUR, ...hourly(4, 3 * HOUR)]));
    expect(disk.reasons()).not.toContain("AnotherDaemon");
    expect(disk.creates()).toBe(true);
  });
});
