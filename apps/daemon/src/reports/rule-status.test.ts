import { BackendError } from "@k8s-snapshots/backend-api";
import type { RuleCondition } from "@k8s-snapshots/k8s-source";
import type { Deferral, DiskInspection, Plan, Readiness } from "@k8s-snapshots/scheduler";
import { beforeEach, describe, expect, test } from "vitest";
import { inspectionOf } from "../../test/inspections.ts";
import type { RuleTrouble } from "./ready-condition.ts";
import { ruleStatus } from "./rule-status.ts";

const about = { backend: "aws", disk: { location: "eu-west-1", id: "vol-1" }, rule: undefined };
const fine: RuleTrouble = { finding: undefined, error: undefined, warnings: [] };
const newest = Date.parse("2026-11-24T00:00:00Z");
const dueAt = Date.parse("2026-11-24T01:00:00Z");
const lateAt = Date.parse("2026-11-24T03:10:00Z");
const young: Readiness = { ready: true, newest, lateAt, held: 2, widestGap: undefined };
const old: Readiness = { ...young, ready: false };
const none: Readiness = { ready: false, newest: undefined, lateAt: undefined, held: 0, widestGap: undefined };

let now: number;

beforeEach(() => {
  now = newest + 60_000;
});

function disk(readiness: Plan["readiness"], ...reasons: Deferral["reason"][]): DiskInspection {
  const deferrals = reasons.map((reason): Deferral => ({ reason, count: 1, detail: "its cause" }));
  return inspectionOf(about, { readiness, deferrals, dueAt: readiness && dueAt }, now);
}

function conditionOf(type: string, ...of: Parameters<typeof ruleStatus>): RuleCondition | undefined {
  return ruleStatus(...of).conditions.find((condition) => condition.type === type);
}

const readyOf = (...of: Parameters<typeof ruleStatus>) => conditionOf("Ready", ...of);

describe("the status of a SnapshotRule", () => {
  test("says how many are ready, which is the newest, and when the next is due", () => {
    expect(ruleStatus(disk(young), fine)).toEqual({
      conditions: expect.any(Array) as unknown,
      lastSnapshotTime: new Date(newest),
      nextSnapshotTime: new Date(dueAt),
      snapshotCount: 2,
    });
    expect(readyOf(disk(young), fine)).toEqual({
      type: "Ready",
      status: "True",
      reason: "UpToDate",
      message: "the newest ready snapshot of vol-1 is of 2026-11-24T00:00:00Z",
    });
  });

  test("does not say that there is none before it was looked", () => {
    expect(ruleStatus(disk(undefined, "NotListed"), fine)).toEqual({
      conditions: [
        ...["Ready", "Late", "Stuck", "ShrinkPending"].map((type) => ({
          type,
          status: "Unknown",
          reason: "NotListed",
          message: "waiting for the first whole list of the location",
        })),
        expect.objectContaining({ type: "LimitExceeded", status: "Unknown", reason: "LimitsUnknown" }) as unknown,
      ],
      lastSnapshotTime: undefined,
      nextSnapshotTime: undefined,
      snapshotCount: undefined,
    });
  });

  test("is not ready beside a disk that has nothing new, and says since when", () => {
    expect(readyOf(disk(old, "Pending"), fine)).toEqual({
      type: "Ready",
      status: "False",
      reason: "Late",
      message:
        "the newest ready snapshot of vol-1 is of 2026-11-24T00:00:00Z, and too old since 2026-11-24T03:10:00Z; " +
        "the next was due at 2026-11-24T01:00:00Z; snapshot its cause is being made",
    });
  });

  const forbidden = new BackendError("forbidden", "ec2:CreateSnapshot is not allowed");
  const failing = { ...fine, error: forbidden };
  const finding = { id: "r", name: "r", reason: "ClaimNotFound", message: "there is no claim a" } as const;
  test.each<[string, DiskInspection | undefined, RuleTrouble, string, string]>([
    ["a problem", undefined, { ...fine, finding }, "False", "ClaimNotFound"],
    ["a problem, before an error", disk(old), { ...failing, finding }, "False", "ClaimNotFound"],
    ["no disk yet", undefined, fine, "Unknown", "NotListed"],
    ["a location that cannot be listed", disk(undefined, "NotListed"), failing, "False", "Forbidden"],
    ["a disk that cannot be planned", disk(undefined, "PlanFailed"), fine, "False", "PlanFailed"],
    ["another replica's", disk(undefined, "NotOwned"), fine, "Unknown", "NotOwned"],
    ["none yet", disk(none), fine, "False", "NoSnapshotYet"],
    ["none yet, and one that is being made", disk(none, "Pending"), fine, "False", "NoSnapshotYet"],
    ["none, for a reason", disk(none, "CreationFailed"), failing, "False", "CreationFailed"],
    ["none, for an error", disk(none), failing, "False", "Forbidden"],
    ["late", disk(old), fine, "False", "Late"],
    ["late, and deletions wait", disk(old, "Grace"), fine, "False", "Late"],
    ["late, because one got stuck", disk(old, "Stuck"), fine, "False", "Stuck"],
    ["late, for several reasons", disk(old, "CreationFailed", "BreakerOpen"), fine, "False", "BreakerOpen"],
    ["young enough, with a failed try", disk(young, "CreationFailed"), fine, "True", "CreationFailed"],
    ["young enough, without a list", disk(young), failing, "True", "Forbidden"],
    ["young enough, and nothing goes", disk(young, "Grace"), fine, "True", "Grace"],
    ["young enough, and something passes by itself", disk(young, "Pending"), fine, "True", "UpToDate"],
  ])("%s", (_, inspected, trouble, status, reason) => {
    expect(readyOf(inspected, trouble)).toMatchObject({ status, reason });
  });

  test("what is odd about a rule that works is in the message", () => {
    const ready = readyOf(disk(young), { ...fine, warnings: ["P7D P1D was sorted"] });
    expect(ready).toMatchObject({ status: "True", message: expect.stringContaining("P7D P1D was sorted") as string });
  });

  test("names no time for the next one that has passed", () => {
    now = dueAt;
    expect(ruleStatus(disk(old), fine).nextSnapshotTime).toBeUndefined();
  });
});

describe("the other conditions", () => {
  const others = (inspected: DiskInspection | undefined, trouble = fine): string[] =>
    ruleStatus(inspected, trouble)
      .conditions.slice(1, 4)
      .map(({ type, status, reason }) => `${type} ${status} ${reason}`);

  test("are false where all is well", () => {
    expect(others(disk(young))).toEqual([
      "Late False InTime",
      "Stuck False NothingStuck",
      "ShrinkPending False NothingPending",
    ]);
    expect(conditionOf("Late", disk(young), fine)?.message).toBe(
      "a newer snapshot is expected by 2026-11-24T03:10:00Z",
    );
  });

  test("are unknown where there is no rule, for the same reason", () => {
    const finding = { id: "r", name: "r", reason: "ClaimNotFound", message: "there is no claim a" } as const;
    expect(others(undefined, { ...fine, finding })).toEqual([
      "Late Unknown ClaimNotFound",
      "Stuck Unknown ClaimNotFound",
      "ShrinkPending Unknown ClaimNotFound",
    ]);
  });

  test("do not call late what has had no snapshot yet", () => {
    expect(others(disk(none))[0]).toBe("Late Unknown NoSnapshotYet");
  });

  test.each([
    [59 * 60_000, "some minutes"],
    [3_600_000, "more than an hour"],
    [2 * 86_400_000, "more than a day"],
    [400 * 86_400_000, "more than a month"],
  ])("say in words how late it is: after %d ms", (lag, words) => {
    now = lateAt + lag;
    expect(conditionOf("Late", disk(old, "CreationFailed"), fine)).toEqual({
      type: "Late",
      status: "True",
      reason: "CreationFailed",
      message: `too old for ${words}: the newest ready snapshot is of 2026-11-24T00:00:00Z, the next was due at 2026-11-24T01:00:00Z`,
    });
  });

  test("say which snapshot is stuck", () => {
    expect(conditionOf("Stuck", disk(young, "Stuck"), fine)).toMatchObject({
      status: "True",
      reason: "Stuck",
      message: expect.stringContaining("its cause") as string,
    });
  });

  test("say how many go after a change of schedule, and when", () => {
    const until = Date.parse("2026-11-25T00:00:00Z");
    const grace = inspectionOf(about, { readiness: young, deferrals: [{ reason: "Grace", count: 7, until }] }, now);
    expect(conditionOf("ShrinkPending", grace, fine)).toMatchObject({
      status: "True",
      reason: "Grace",
      message: expect.stringMatching(/7 snapshots go from 2026-11-25T00:00:00Z on/) as string,
    });
  });
});
