import { type BackendErrorCode, IDEMPOTENCY_KEY_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

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

  it("a pending one that a list lacks is given up by the second, unless it was deleted", () => {
    const pending = snapshotOf(MINUTE, { id: "p", state: "pending" });
    const disk = new OneDisk().rule(rule).list([pending]).pass(MINUTE).list([]);
    expect(disk.reasons()).toContain("Pending");
    expect(disk.pass(MINUTE).list([]).reasons()).not.toContain("Pending");
    const deleted = new OneDisk().rule(rule).list([pending]).deleted("p").pass(MINUTE).list([]);
    expect(deleted.state.accepted).toEqual([]);
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
      disk.pass(MINUTE).list([found]);
      expect(disk.state.creation, shown).toBeUndefined();
      expect(disk.creates()).toBe(false);
    }
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
    const twice = new OneDisk().rule(rule).list([]);
    sent(twice, made).fact({ type: "creation.accepted", snapshot: made });
    expect(twice.state.accepted.map(({ row }) => row.id)).toEqual(["made"]);
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
