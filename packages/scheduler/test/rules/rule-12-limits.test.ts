import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { errorOf, historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

const limited = (maxSnapshotsPerDisk: number): { capabilities: { maxSnapshotsPerDisk: number } } => ({
  capabilities: { maxSnapshotsPerDisk },
});
const due = (count: number): number[] => hourly(count, HOUR);

describe("rule 12: at a full limit, where one is due", () => {
  it("what expires once the new one stands goes first, the oldest first, as many as it takes", () => {
    const disk = new OneDisk(limited(5)).rule(ruleOf("PT1H PT3H")).list(historyOf(due(6)));
    expect(disk.creates()).toBe(false);
    expect(disk.deletions("room")).toEqual(["old-21600", "old-18000"]);
    expect(disk.deferral("MakingRoom")).toMatchObject({ count: 2 });
    expect(disk.deletions()).toEqual(["old-21600", "old-18000"]);
    for (const id of disk.deletions("room")) disk.deleted(id, true);
    expect(disk.creates()).toBe(true);
  });

  it("what expires is counted with the new one standing", () => {
    const schedule = "PT1H PT2H PT6H";
    const ages = [7, 5, 3, 2, 1].map((hours) => hours * HOUR);
    const disk = new OneDisk(limited(5)).rule(ruleOf(schedule)).list(historyOf(ages, { schedule }));
    expect(disk.deletions("room")).toEqual(["old-25200"]);
  });

  it("what expires goes, and not what is older and wanted", () => {
    const schedule = "PT1H PT4H P1D";
    const ages = [20, 3, 2, 1.5, 1].map((hours) => hours * HOUR);
    const disk = new OneDisk(limited(5)).rule(ruleOf(schedule)).list(historyOf(ages, { schedule }));
    expect(disk.deletions("room")).toEqual(["old-5400"]);
  });

  it("those whose deletion is under way stand, and count as going", () => {
    const schedule = "PT1H PT12H";
    const disk = new OneDisk(limited(3)).rule(ruleOf(schedule)).list(historyOf(due(12), { schedule }));
    const [first, second] = disk.deletions("room") as [string, string];
    disk.fact({ type: "deletion.sent", id: first });
    expect(disk.deletions()).toEqual([second]);
    expect(disk.deferral("MakingRoom")).toMatchObject({ count: 2 });
    disk.fact({ type: "deletion.sent", id: second });
    expect(disk.deletions()).toEqual([]);
  });

  it("none goes beside one whose deletion is under way and is enough", () => {
    const schedule = "PT1H PT5H";
    const disk = new OneDisk(limited(5)).rule(ruleOf(schedule)).list(historyOf(due(5), { schedule }));
    const ids = disk.deletions("room");
    expect(ids).toHaveLength(1);
    disk.fact({ type: "deletion.sent", id: ids[0] as string });
    expect(disk.plan().deletions).toEqual([]);
    expect(disk.deferral("MakingRoom")).toMatchObject({ count: 1 });
  });

  it("as many as a share may still go where the first did not make enough room", () => {
    const schedule = "PT1H PT12H";
    const disk = new OneDisk(limited(3)).rule(ruleOf(schedule)).list(historyOf(due(12), { schedule }));
    const [first, second] = disk.deletions("room") as [string, string];
    expect(disk.deleted(first, true).deletions()).toEqual([second]);
  });

  it("nothing goes where none is due", () => {
    const disk = new OneDisk(limited(5)).rule(ruleOf("PT1H PT3H")).list(historyOf(hourly(5)));
    expect(disk.deletions("room")).toEqual([]);
  });

  it("if nothing expires, what the finest generation alone wants goes, the oldest first", () => {
    const disk = new OneDisk(limited(4))
      .rule(ruleOf("PT1H PT4H P1D"))
      .list(historyOf([20 * HOUR, ...due(3)], { schedule: "PT1H PT4H P1D" }));
    expect(disk.deletions("room")).toEqual(["old-7200"]);
    expect(disk.reasons()).toContain("ScheduleImpossible");
  });

  it("none where a snapshot without schedule is kept by a grace", () => {
    const bare = historyOf(due(4), { bare: true });
    const disk = new OneDisk(limited(4)).rule(ruleOf("PT1H PT6H P1D")).list(bare);
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("LimitReached");
  });

  it("never a held one, nor one that cannot be deleted", () => {
    const held = snapshotOf(6 * HOUR, { labels: { [HOLD_LABEL]: "true" } });
    const disk = new OneDisk(limited(6)).rule(ruleOf("PT1H PT3H")).list([held, ...historyOf(due(5))]);
    expect(disk.deletions("room")).toEqual(["old-18000"]);
    disk.deletionRefused("old-18000");
    expect(disk.deletions("room")).not.toContain("old-18000");
  });

  it("at most a share in an interval, unless a creation succeeded", () => {
    const disk = new OneDisk(limited(3))
      .rule(ruleOf("PT1H PT12H"))
      .list(historyOf(due(12), { schedule: "PT1H PT12H" }));
    const first = disk.deletions("room");
    expect(first).toHaveLength(2);
    for (const id of first) disk.deleted(id, true);
    expect(disk.pass(30 * MINUTE).deletions("room")).toEqual([]);
    expect(disk.pass(30 * MINUTE).deletions("room")).toHaveLength(2);
  });

  it("within a grace the schedule before the change governs, its interval too", () => {
    const before = historyOf(due(5), { schedule: "PT2H PT10H" });
    const disk = new OneDisk(limited(5)).rule(ruleOf("PT1H PT5H")).list(before);
    expect(disk.deletions("room")).toEqual([]);
    expect(disk.creates()).toBe(false);
    disk.pass(HOUR + MINUTE);
    expect(disk.deletions("room")).not.toEqual([]);
  });

  it.each([
    ["PT2H PT10H", "PT3H PT9H"],
    ["PT3H PT9H", "PT2H PT10H"],
  ])("of several within it the one that takes the fewest governs (%s, %s)", (first, second) => {
    const before = [...historyOf(due(4).slice(1), { schedule: first }), snapshotOf(HOUR, { schedule: second })];
    const disk = new OneDisk(limited(4)).rule(ruleOf("PT1H PT4H")).list(before);
    expect(disk.plan().dueAt).toBe(START + 2 * HOUR);
  });

  it("what others made counts", () => {
    const disk = new OneDisk(limited(8)).rule(ruleOf("PT1H PT3H"));
    disk.list([...historyOf(due(5)), snapshotOf(2 * DAY, { cluster: "B" })], { unlabelled: 2 });
    expect(disk.deletions("room")).toHaveLength(1);
    const roomy = new OneDisk(limited(8)).rule(ruleOf("PT1H PT3H")).list(historyOf(due(5)));
    expect(roomy.creates()).toBe(true);
  });

  it.each([
    ["another cluster", snapshotOf(2 * DAY, { cluster: "B" })],
    ["a copy", snapshotOf(2 * DAY, { disk: "00000000" })],
    ["another tool", snapshotOf(2 * DAY, { labels: { "velero.io/backup": "x" } })],
  ])("what is of %s counts, and leaves the schedule as many fewer", (_, other) => {
    const disk = new OneDisk(limited(5)).rule(ruleOf("PT1H PT4H")).list([other, ...historyOf(due(4))]);
    expect(disk.creates()).toBe(false);
    expect(disk.deferral("ScheduleImpossible")).toMatchObject({ limit: 4 });
  });

  it("what is nobody's by name beside another cluster's counts", () => {
    const others = [snapshotOf(3 * DAY, { cluster: "B" }), snapshotOf(2 * DAY, { bare: true })];
    const disk = new OneDisk(limited(5)).rule(ruleOf("PT1H PT4H")).list([...others, ...historyOf(due(3))]);
    expect(disk.creates()).toBe(false);
  });

  it("a disk that others fill is said to be full", () => {
    const disk = new OneDisk(limited(1)).rule(ruleOf("PT1H PT3H")).list([snapshotOf(DAY, { cluster: "B" })]);
    expect(disk.creates()).toBe(false);
    expect(disk.deferral("LimitReached")?.detail).toBe("the disk has 1 snapshots, as many as it may have");
  });

  it("nothing is said of a limit that is far", () => {
    expect(new OneDisk(limited(9)).rule(ruleOf("PT1H PT3H")).list([]).plan().deferrals).toEqual([]);
  });

  it("of a namespace that has all it may have nothing is taken where nothing can go", () => {
    const disk = new OneDisk({ namespaceLeft: 0 }).rule(ruleOf("PT1H PT3H")).list([]);
    expect(disk.creates()).toBe(false);
    expect(disk.deferral("NamespaceLimit")).toMatchObject({ limit: 10_000 });
  });

  it("what cannot be done is said, with the numbers", () => {
    const disk = new OneDisk(limited(8)).rule(ruleOf("PT1H PT6H")).list([], { unlabelled: 3 });
    expect(disk.deferral("ScheduleImpossible")).toMatchObject({ limit: 5 });
    expect(new OneDisk(limited(8)).rule(ruleOf("PT1H PT6H")).list([]).reasons()).not.toContain("ScheduleImpossible");
  });
});

describe("rule 12: at a limit that the storage system reports", () => {
  const full = (): OneDisk => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf(due(6)));
    return disk.createRefused({ code: "limit-reached", message: "quota", retryable: false }).pass(2 * MINUTE);
  };

  it("one goes, then a creation is tried, and none more goes within an interval without one that succeeded", () => {
    const disk = full();
    expect(disk.deletions("room")).toEqual(["old-21600"]);
    disk.deleted("old-21600", true);
    expect(disk.pass(MINUTE).creates()).toBe(true);
    disk.createRefused({ code: "limit-reached", message: "quota", retryable: false }).pass(5 * MINUTE);
    expect(disk.deletions("room")).toEqual([]);
    expect(disk.pass(HOUR).deletions("room")).toHaveLength(1);
  });

  it("room that is made once serves one creation", () => {
    const disk = full();
    disk.deleted(disk.deletions("room")[0] as string, true);
    disk.create();
    expect(disk.state.full).toBeUndefined();
    expect(disk.state.room).toMatchObject({ used: true });
    disk.pass(HOUR);
    disk.createRefused({ code: "limit-reached", message: "quota", retryable: false }).pass(2 * MINUTE);
    expect(disk.state.room).toMatchObject({ used: true });
  });

  it("other refusals report none", () => {
    const disk = (): OneDisk => new OneDisk().rule(ruleOf("PT1H PT3H")).list([]);
    expect(disk().createRefused({ code: "limit-reached", retryable: true }).state.full).toBeUndefined();
    expect(disk().createRefused({ code: "forbidden", retryable: false }).state.full).toBeUndefined();
  });

  it("a deletion whose answer was lost made room only where it was to", () => {
    const lost = (madeRoom?: boolean): OneDisk => {
      const disk = full();
      const error = errorOf({ outcome: "unknown" });
      disk.fact({ type: "deletion.sent", id: "old-21600" });
      return disk.fact({
        type: "deletion.refused",
        id: "old-21600",
        error,
        ...(madeRoom !== undefined && { madeRoom }),
      });
    };
    expect(lost().state.room).toBeUndefined();
    expect(lost(true).state.room).toMatchObject({ used: false });
  });

  it("a creation is tried again where nothing can go", () => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list([snapshotOf(HOUR)]);
    disk.createRefused({ code: "limit-reached", message: "quota", retryable: false });
    expect(disk.pass(MINUTE).creates()).toBe(true);
  });

  it("within a grace the rule's own interval holds again once room is made, until it is reported again", () => {
    const before = historyOf(hourly(6, 2 * HOUR), { schedule: "PT2H PT10H" });
    const refused = { code: "limit-reached", message: "quota", retryable: false } as const;
    const disk = new OneDisk()
      .rule(ruleOf("PT1H PT5H"))
      .list(before)
      .createRefused(refused)
      .pass(2 * MINUTE);
    const [first] = disk.deletions("room") as [string];
    expect(disk.plan().dueAt).toBe(START);
    expect(disk.deleted(first, true).plan().dueAt).toBe(START - HOUR);
    expect(disk.createRefused(refused).plan().dueAt).toBe(START - HOUR);
    expect(
      disk
        .pass(2 * MINUTE)
        .createRefused(refused)
        .plan().dueAt,
    ).toBe(START);
  });

  it("nothing goes while deletions are stopped", () => {
    const disk = full();
    disk.wallError = DAY;
    expect(disk.deletions()).toEqual([]);
  });
});
