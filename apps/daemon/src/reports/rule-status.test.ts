import { BackendError } from "@k8s-snapshots/backend-api";
import type { Deferral, DiskInspection, Plan, Readiness } from "@k8s-snapshots/scheduler";
import { describe, expect, test } from "vitest";
import { inspectionOf } from "../../test/inspections.ts";
import { type RuleTrouble, ruleStatus } from "./rule-status.ts";

const about = { backend: "aws", disk: { location: "eu-west-1", id: "vol-1" }, rule: undefined };
const fine: RuleTrouble = { finding: undefined, error: undefined, warnings: [] };
const newest = Date.parse("2026-11-24T00:00:00Z");
const dueAt = Date.parse("2026-11-24T01:00:00Z");
const lateAt = Date.parse("2026-11-24T03:10:00Z");
const young: Readiness = { ready: true, newest, lateAt, held: 2 };
const old: Readiness = { ...young, ready: false };
const none: Readiness = { ready: false, newest: undefined, lateAt: undefined, held: 0 };

function disk(readiness: Plan["readiness"], ...reasons: Deferral["reason"][]): DiskInspection {
  const deferrals = reasons.map((reason): Deferral => ({ reason, count: 1, detail: "its cause" }));
  return inspectionOf(about, { readiness, deferrals, dueAt: readiness && dueAt });
}

describe("the status of a SnapshotRule", () => {
  test("says how many are ready, which is the newest, and when the next is due", () => {
    expect(ruleStatus(disk(young), fine)).toEqual({
      ready: {
        status: "True",
        reason: "UpToDate",
        message: "the newest ready snapshot of vol-1 is of 2026-11-24T00:00:00Z",
      },
      lastSnapshotTime: new Date(newest),
      nextSnapshotTime: new Date(dueAt),
      snapshotCount: 2,
    });
  });

  test("does not say that there is none before it was looked", () => {
    expect(ruleStatus(disk(undefined, "NotListed"), fine)).toEqual({
      ready: { status: "Unknown", reason: "NotListed", message: expect.any(String) as string },
      lastSnapshotTime: undefined,
      nextSnapshotTime: undefined,
      snapshotCount: undefined,
    });
  });

  test("is not ready beside a disk that has nothing new, and says since when", () => {
    expect(ruleStatus(disk(old, "Pending"), fine).ready).toEqual({
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
    expect(ruleStatus(inspected, trouble).ready).toMatchObject({ status, reason });
  });

  test("what is odd about a rule that works is in the message", () => {
    const { ready } = ruleStatus(disk(young), { ...fine, warnings: ["P7D P1D was sorted"] });
    expect(ready).toMatchObject({ status: "True", message: expect.stringContaining("P7D P1D was sorted") as string });
  });
});
