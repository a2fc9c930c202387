import { SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { homeDisk, ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, snapshotOf } from "./one-disk.ts";

const expire = { policy: "expire" } as const;
const expiring = historyOf(hourly(9), expire);

describe("rule 8: the snapshots of a rule that is gone", () => {
  it("stay, as the default", () => {
    const disk = new OneDisk().list(historyOf(hourly(9)));
    expect(disk.pass(30 * DAY).deletions()).toEqual([]);
    expect(disk.deferral("Retained")).toMatchObject({ count: 9 });
  });

  it("go on expiring where they say so, once the absence was seen for an hour", () => {
    const disk = new OneDisk().list(expiring);
    disk.pass(59 * MINUTE);
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("AbsenceNotCertain");
    expect(disk.pass(MINUTE).deletions()).not.toEqual([]);
    const later = new OneDisk().pass(HOUR).list(expiring);
    expect(later.pass(59 * MINUTE).deletions()).toEqual([]);
    expect(later.pass(MINUTE).deletions()).not.toEqual([]);
  });

  it("stay where the newest carries no schedule that can be read", () => {
    const [last, ...older] = expiring.toReversed() as [ListedSnapshot, ...ListedSnapshot[]];
    for (const schedule of [{}, { [SCHEDULE_LABEL]: "none" }]) {
      const { [SCHEDULE_LABEL]: _, ...labels } = last.labels;
      const disk = new OneDisk().list([...older, { ...last, labels: { ...labels, ...schedule } }]);
      expect(disk.pass(DAY).deletions()).toEqual([]);
      expect(disk.deferral("Retained")).toMatchObject({ count: 9 });
    }
  });

  it("that are not ours by name stay too, and nothing is said where there are none", () => {
    const bare = new OneDisk().list(historyOf(hourly(3), { bare: true }));
    expect(bare.plan().deferrals).toEqual([{ reason: "Retained", count: 3 }]);
    expect(new OneDisk().list([]).plan().deferrals).toEqual([]);
  });

  it("are listed again where one was made after the list began", () => {
    expect(new OneDisk().list(expiring).plan().awaitsList).toBe(false);
    const during = new OneDisk().list([...expiring, snapshotOf(MINUTE, expire)], { begunBefore: 5 * MINUTE });
    expect(during.plan().awaitsList).toBe(true);
  });

  it("the hour begins anew where the rule came back meanwhile", () => {
    const disk = new OneDisk().list(expiring).pass(50 * MINUTE);
    disk.rule(ruleOf("PT1H PT3H", { deletionPolicy: "expire" })).rule(undefined);
    expect(disk.pass(20 * MINUTE).deletions()).toEqual([]);
  });

  it("are expired as if one were made now", () => {
    const disk = new OneDisk().list(historyOf(hourly(2), expire));
    disk.pass(61 * MINUTE);
    expect(disk.deletions()).toEqual([]);
    disk.pass(60 * MINUTE);
    expect(disk.deletions()).toEqual(["old-5400"]);
    expect(disk.plan().deferrals).toEqual([]);
  });

  it("go by the newest one's label, a pending one's too", () => {
    const [newest, ...older] = hourly(9) as [number, ...number[]];
    const oldestExpire = new OneDisk().list([...historyOf(older, expire), snapshotOf(newest)]);
    expect(oldestExpire.pass(DAY).deletions()).toEqual([]);
    const newestExpires = new OneDisk().list([...historyOf(older), snapshotOf(newest, expire)]);
    expect(newestExpires.pass(DAY).deletions()).not.toEqual([]);
    const pendingRetains = new OneDisk().list([...expiring, snapshotOf(MINUTE, { state: "pending" })]);
    expect(pendingRetains.pass(DAY).deletions()).toEqual([]);
    const olderRetains = new OneDisk().list([...expiring, snapshotOf(DAY, { state: "pending" })]);
    expect(olderRetains.pass(DAY).deletions()).not.toEqual([]);
  });

  it("go no faster than a share in an hour or the interval", () => {
    const disk = new OneDisk().list(expiring);
    disk.pass(2 * HOUR);
    const first = disk.deletions();
    expect(first).toHaveLength(2);
    expect(disk.deferral("DeletionBudget")).toMatchObject({ count: 6 });
    for (const id of first) disk.deleted(id);
    expect(disk.deletions()).toEqual([]);
    expect(disk.pass(HOUR).deletions()).toHaveLength(2);

    const daily = Array.from({ length: 20 }, (_, index) => (index + 1) * DAY);
    const slow = new OneDisk().list(historyOf(daily, { schedule: "P1D P7D", ...expire }));
    slow.pass(2 * HOUR);
    for (const id of slow.deletions()) slow.deleted(id);
    expect(slow.pass(20 * HOUR).deletions()).toEqual([]);
    expect(slow.pass(5 * HOUR).deletions()).toHaveLength(2);
  });

  it("a deletion under way uses the share too", () => {
    const disk = new OneDisk().list(expiring).pass(2 * HOUR);
    disk.fact({ type: "deletion.sent", id: disk.deletions()[0] as string });
    expect(disk.deletions()).toHaveLength(1);
  });

  it("stay while a rule of that name is there whose disk is not known", () => {
    const disk = new OneDisk().list(expiring);
    disk.location = { ...disk.location, unresolvedRules: new Set([`pv-${homeDisk.id}`]) };
    expect(disk.pass(DAY).deletions()).toEqual([]);
    expect(disk.deferral("RuleUnresolved")).toMatchObject({ detail: `pv-${homeDisk.id}` });
  });

  it("stay while lists disagree", () => {
    const disk = new OneDisk()
      .list(expiring)
      .pass(2 * HOUR)
      .list(expiring.slice(6));
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("ListsDisagree");
  });

  it("failed ones go with them", () => {
    const disk = new OneDisk().list([snapshotOf(20 * HOUR, { ...expire, state: "failed" }), ...expiring]);
    expect(disk.pass(2 * HOUR).deletions("failed")).toHaveLength(1);
    const bare = snapshotOf(20 * HOUR, { bare: true, state: "failed" });
    expect(
      new OneDisk()
        .list([bare, ...expiring])
        .pass(2 * HOUR)
        .deletions("failed"),
    ).toEqual([]);
  });

  it("the hour begins when the rule goes, not before", () => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { deletionPolicy: "expire" })).list(expiring);
    disk
      .pass(2 * HOUR)
      .list(expiring)
      .rule(undefined);
    expect(disk.reasons()).toContain("AbsenceNotCertain");
  });

  it("nothing is lost with a rule that had no snapshots, wanted none to expire, or was never there", () => {
    const said = (disk: OneDisk): unknown => disk.rule(undefined).deferral("PolicyNotRecorded");
    const wanted = ruleOf("PT1H PT3H", { deletionPolicy: "expire" });
    expect(said(new OneDisk().rule(wanted).list([]))).toBeUndefined();
    expect(said(new OneDisk().rule(wanted).list(expiring))).toBeUndefined();
    expect(said(new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf(hourly(4))))).toBeUndefined();
    expect(said(new OneDisk().list(historyOf(hourly(4))))).toBeUndefined();
    expect(
      said(
        new OneDisk()
          .rule(wanted)
          .rule(ruleOf("PT1H PT3H"))
          .list(historyOf(hourly(4))),
      ),
    ).toBeUndefined();
    const oldest = [...historyOf(hourly(3, HOUR)), snapshotOf(MINUTE, expire)];
    expect(said(new OneDisk().rule(wanted).list(oldest))).toBeUndefined();
  });

  it("a policy that no snapshot carries yet is said to be lost at the removal", () => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { deletionPolicy: "expire" })).list(historyOf(hourly(4)));
    expect(disk.rule(undefined).reasons()).toContain("PolicyNotRecorded");
    const recorded = new OneDisk().rule(ruleOf("PT1H PT3H", { deletionPolicy: "expire" })).list(expiring);
    expect(recorded.rule(undefined).reasons()).not.toContain("PolicyNotRecorded");
  });

  it("a policy that a newer pending one does not carry is said to be lost, too", () => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { deletionPolicy: "expire" }));
    disk.list([...expiring, snapshotOf(MINUTE, { state: "pending" })]);
    expect(disk.rule(undefined).reasons()).toContain("PolicyNotRecorded");
    const newest = Math.max(...expiring.map(({ createdAt }) => createdAt));
    const same = { ...snapshotOf(MINUTE, { state: "pending" }), createdAt: newest };
    expect(
      new OneDisk()
        .list([...expiring, same])
        .pass(2 * HOUR)
        .deletions(),
    ).toEqual([]);
  });

  it("a policy goes with the one snapshot that carried it, and that is said", () => {
    const history = historyOf(hourly(4, HOUR));
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { deletionPolicy: "expire" }));
    disk
      .list([...history, snapshotOf(MINUTE, expire)])
      .rule(undefined)
      .rule(undefined);
    expect(disk.reasons()).not.toContain("PolicyNotRecorded");
    expect(disk.list(history).reasons()).toContain("PolicyNotRecorded");
  });

  it("what no list has shown yet neither goes nor lets others go", () => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { deletionPolicy: "expire" })).list(historyOf(hourly(9, HOUR)));
    const made = disk.create("ready");
    disk.rule(undefined).pass(2 * HOUR);
    expect(disk.deletions()).toEqual([]);
    expect(disk.list([...historyOf(hourly(9, HOUR)), made]).deletions("orphaned")).not.toEqual([]);

    const other = new OneDisk().rule(ruleOf("PT1H PT3H", { deletionPolicy: "expire" })).list(expiring);
    const failed = other.pass(HOUR).create("failed");
    other.rule(undefined).pass(2 * HOUR);
    expect(other.deletions("failed")).toEqual([]);
    expect(other.list([...expiring, failed]).deletions("failed")).toEqual([failed.id]);
  });
});
