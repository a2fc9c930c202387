import { BackendError, type Snapshot } from "@k8s-snapshots/backend-api";
import type { DiskInspection, Hold, HoldReason } from "@k8s-snapshots/scheduler";
import { describe, expect, test } from "vitest";
import { type RuleTrouble, ruleStatus } from "./rule-status.ts";

const disk = { location: "eu-west-1", id: "vol-1" };
const fine: RuleTrouble = { finding: undefined, error: undefined, warnings: [] };
const listedAt = Date.parse("2026-11-24T00:00:00Z");
const dueAt = Date.parse("2026-11-24T01:00:00Z");

function snapshot(id: string, createdAt: string, state: Snapshot["state"] = "ready"): Snapshot {
  return { id, location: disk.location, diskId: disk.id, createdAt: new Date(createdAt), state, labels: {} };
}

function inspection(snapshots: readonly Snapshot[], holds: readonly HoldReason[] = [], listed = true): DiskInspection {
  const held = holds.map((reason): Hold => ({ what: "creation", reason, message: `because ${reason}`, snapshots: [] }));
  return {
    backend: "aws",
    disk,
    rule: undefined,
    view: { snapshots, listedAt: listed ? listedAt : undefined } as unknown as DiskInspection["view"],
    plan: {
      creation: undefined,
      deletions: [],
      kept: [],
      holds: held,
      dueAt: listed ? dueAt : undefined,
      wakeAt: dueAt,
    },
  };
}

describe("the status of a SnapshotRule", () => {
  test("says how many are ready, which is the newest, and when the next is due", () => {
    const snapshots = [
      snapshot("a", "2026-11-23T22:00:00Z"),
      snapshot("b", "2026-11-23T23:00:00Z"),
      snapshot("c", "2026-11-24T00:00:00Z", "pending"),
      snapshot("d", "2026-11-24T00:10:00Z", "failed"),
    ];
    expect(ruleStatus(inspection(snapshots), fine)).toEqual({
      ready: { status: "True", reason: "UpToDate", message: "snapshots of vol-1 are taken as the deltas say" },
      lastSnapshotTime: new Date("2026-11-23T23:00:00Z"),
      nextSnapshotTime: new Date(dueAt),
      snapshotCount: 2,
    });
  });

  test("does not say that there is none before it was looked", () => {
    expect(ruleStatus(inspection([], [], false), fine)).toEqual({
      ready: { status: "Unknown", reason: "NotListed", message: expect.any(String) as string },
      lastSnapshotTime: undefined,
      nextSnapshotTime: undefined,
      snapshotCount: undefined,
    });
  });

  const forbidden = new BackendError("forbidden", "ec2:CreateSnapshot is not allowed");
  const finding = { id: "r", name: "r", reason: "ClaimNotFound", message: "there is no claim a" } as const;
  test.each([
    ["a problem", undefined, { ...fine, finding }, "False", "ClaimNotFound"],
    [
      "a problem goes before an error",
      inspection([]),
      { ...fine, finding, error: forbidden },
      "False",
      "ClaimNotFound",
    ],
    ["an error", inspection([]), { ...fine, error: forbidden }, "False", "Forbidden"],
    ["an error before the first list", inspection([], [], false), { ...fine, error: forbidden }, "False", "Forbidden"],
    ["an open breaker", inspection([], ["BreakerOpen"]), fine, "False", "BreakerOpen"],
    ["too many", inspection([], ["TooManySnapshots"]), { ...fine, error: forbidden }, "False", "TooManySnapshots"],
    ["too often", inspection([], ["IntervalTooShort"]), fine, "True", "IntervalTooShort"],
    ["one that is being made", inspection([], ["Pending"]), fine, "True", "UpToDate"],
    ["no disk yet", undefined, fine, "Unknown", "NotListed"],
  ])("%s", (_, inspected, trouble, status, reason) => {
    expect(ruleStatus(inspected, trouble).ready).toMatchObject({ status, reason });
  });

  test("what is odd about a rule that works is in the message", () => {
    const { ready } = ruleStatus(inspection([]), { ...fine, warnings: ["P7D P1D was sorted"] });
    expect(ready).toMatchObject({ status: "True", message: expect.stringContaining("P7D P1D was sorted") as string });
  });
});
