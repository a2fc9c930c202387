import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import { aged, DAY, HOUR, hourly, MINUTE, NOW, ruleOf, viewOf } from "../../test/support/disk-view.ts";
import { defaultPolicy } from "../policy.ts";
import { deletionsPerNewSnapshot } from "./deletion-budget.ts";
import type { DiskPlan, HoldReason } from "./disk-plan.ts";
import type { DiskView } from "./disk-view.ts";
import { planDisk } from "./plan-disk.ts";
import { DELETION_POLICY_LABEL, DELTAS_LABEL } from "./snapshot-labels.ts";

function plan(differences: Partial<DiskView>, policy = defaultPolicy): DiskPlan {
  return planDisk(NOW, viewOf(differences), policy);
}

function deleted({ deletions }: DiskPlan): string[] {
  return deletions.map(({ snapshot }) => snapshot.id);
}

function heldFor({ holds }: DiskPlan, reason: HoldReason): string[] {
  return holds.filter((hold) => hold.reason === reason).flatMap(({ snapshots }) => snapshots.map(({ id }) => id));
}

function reasons({ holds }: DiskPlan, what: "creation" | "deletion"): HoldReason[] {
  return holds.filter((hold) => hold.what === what).map(({ reason }) => reason);
}

/** More than `PT1H PT4H` keeps, with a newest one that is ready. */
const tooMany = hourly(0, 9);

it("without a safety rule in the way, what retention expires is deleted", () => {
  const result = plan({ snapshots: tooMany });
  expect(deleted(result)).toHaveLength(5);
  expect(result.kept).toHaveLength(5);
  expect(result.holds).toEqual([]);
});

describe("safety rule 1: only ready snapshots count as kept", () => {
  it("a pending one stops a second creation", () => {
    const result = plan({ snapshots: [aged(9 * HOUR), aged(5 * HOUR, "pending")] });
    expect(result.creation).toBeUndefined();
    expect(reasons(result, "creation")).toEqual(["Pending"]);
  });

  it("a pending one is never deleted, however old", () => {
    const result = plan({ snapshots: [...tooMany, aged(90 * DAY, "pending")] });
    expect(deleted(result)).not.toContain(aged(90 * DAY).id);
    expect(result.kept.map(({ snapshot }) => snapshot.state)).not.toContain("pending");
  });

  it("a failed one is cleaned up, counts for nothing, and costs no budget", () => {
    const result = plan({ snapshots: [aged(2 * HOUR), aged(MINUTE, "failed")], allowance: 0 });
    expect(deleted(result)).toEqual([aged(MINUTE).id]);
    expect(result.creation?.reason).toBe("due");
  });

  it("one that is being deleted counts for nothing, and is not deleted again", () => {
    const result = plan({ snapshots: [aged(2 * HOUR), aged(MINUTE, "deleting")] });
    expect(deleted(result)).toEqual([]);
    expect(result.creation?.reason).toBe("due");
  });
});

describe("safety rule 2: nothing is deleted unless all is known and well", () => {
  const cases: [string, Partial<DiskView>, HoldReason][] = [
    ["the newest is pending", { snapshots: [...tooMany, aged(-1, "pending")] }, "NewestNotReady"],
    ["a snapshot is being requested", { creating: true }, "NewestNotReady"],
    ["an answer was lost", { unsettled: { idempotencyKey: "k", name: "n", at: NOW } }, "NewestNotReady"],
    ["the location was never listed", { listedAt: undefined }, "NotListed"],
    ["the location was listed before the last change", { listedAt: NOW - 2, changedAt: NOW - 1 }, "NotListed"],
    ["a rule of the disk cannot be read", { suspended: "another rule cannot be read" }, "RuleInvalid"],
  ];
  it.each(cases)("%s", (_, differences, reason) => {
    const result = plan({ snapshots: tooMany, ...differences });
    expect(deleted(result)).toEqual([]);
    expect(reasons(result, "deletion")).toEqual([reason]);
  });

  it("the rule cannot be read", () => {
    const result = plan({ snapshots: tooMany, rule: ruleOf("PT1H PT4H", { deltas: undefined }) });
    expect(deleted(result)).toEqual([]);
    expect(result.creation).toBeUndefined();
    expect(reasons(result, "creation")).toEqual(["RuleInvalid"]);
  });

  it("failed ones wait too while the only one is pending", () => {
    expect(deleted(plan({ snapshots: [aged(HOUR, "failed"), aged(MINUTE, "pending")] }))).toEqual([]);
  });
});

describe("safety rule 3: the newest ready snapshot is never deleted", () => {
  it("whatever the schedule that outlived its rule says", () => {
    const labels = { [DELETION_POLICY_LABEL]: "expire", [DELTAS_LABEL]: "PT1H PT4H" };
    const snapshots = [aged(40 * DAY, "ready", labels), aged(41 * DAY, "ready", labels)];
    const result = plan({ rule: undefined, snapshots });
    expect(deleted(result)).toEqual([aged(41 * DAY).id]);
    expect(heldFor(result, "NewestReady")).toEqual([aged(40 * DAY).id]);
  });

  it("not by a lifted budget either", () => {
    const policy = { ...defaultPolicy, ignoreDeletionBudget: true };
    expect(deleted(plan({ snapshots: tooMany }, policy))).not.toContain("0h");
  });
});

describe("safety rule 4: the deletion budget", () => {
  it("is one more than the generations, or a tenth of what the disk holds", () => {
    expect(deletionsPerNewSnapshot(3, 12)).toBe(4);
    expect(deletionsPerNewSnapshot(3, 129)).toBe(12);
  });

  it("no more go than the allowance covers; the rest is held, and said", () => {
    const result = plan({ snapshots: tooMany, allowance: 2 });
    expect(deleted(result)).toHaveLength(2);
    expect(heldFor(result, "DeletionBudget")).toHaveLength(3);
  });

  it("without a new ready snapshot nothing goes", () => {
    expect(deleted(plan({ snapshots: tooMany, allowance: 0 }))).toEqual([]);
  });

  it("the setting lifts it for all, the rule's own for one", () => {
    const lifted = { ...defaultPolicy, ignoreDeletionBudget: true };
    expect(deleted(plan({ snapshots: tooMany, allowance: 0 }, lifted))).toHaveLength(5);
    const rule = ruleOf("PT1H PT4H", { ignoreDeletionBudget: true });
    expect(deleted(plan({ snapshots: tooMany, allowance: 0, rule }))).toHaveLength(5);
  });

  it("what nothing else reaches back to goes last", () => {
    const snapshots = [...hourly(0, 9), aged(30 * MINUTE), aged(90 * MINUTE)];
    expect(new Set(deleted(plan({ snapshots, allowance: 2 })))).toEqual(new Set(["1.5h", "0.5h"]));
  });
});

describe("safety rule 5: snapshots dated in the future", () => {
  const future = aged(-2 * DAY);

  it("are kept, and are no reference point for the others", () => {
    const result = plan({ snapshots: [...tooMany, future] });
    expect(deleted(result)).toEqual(deleted(plan({ snapshots: tooMany })));
    expect(heldFor(result, "FutureDated")).toEqual([future.id]);
  });

  it("put off no creation", () => {
    expect(plan({ snapshots: [aged(2 * HOUR), future] }).creation?.reason).toBe("due");
  });

  it("count as of now within the skew that clocks may have", () => {
    const soon = aged(-defaultPolicy.clockSkewMs);
    const result = plan({ snapshots: [aged(2 * HOUR), soon] });
    expect(heldFor(result, "FutureDated")).toEqual([]);
    expect(result.creation).toBeUndefined();
  });
});

describe("safety rule 6: no creation before the list, and a breaker", () => {
  it("nothing is taken before the location was listed whole", () => {
    const result = plan({ listedAt: undefined });
    expect(result.creation).toBeUndefined();
    expect(reasons(result, "creation")).toEqual(["NotListed"]);
    expect(plan({}).creation?.reason).toBe("first");
  });

  it("more snapshots than the interval explains open the breaker, until they are long enough ago", () => {
    const appearances = Array.from({ length: 8 }, (_, index) => NOW - (8 - index) * MINUTE);
    const result = plan({ appearances });
    expect(result.creation).toBeUndefined();
    expect(reasons(result, "creation")).toEqual(["BreakerOpen"]);
    expect(result.wakeAt).toBe(NOW - 8 * MINUTE + 4 * HOUR);
    expect(planDisk(result.wakeAt, viewOf({ appearances }), defaultPolicy).creation).toBeDefined();
  });

  it("as many as it explains leave it closed", () => {
    const appearances = Array.from({ length: 7 }, () => NOW - MINUTE);
    expect(plan({ appearances }).creation).toBeDefined();
  });
});

describe("safety rule 7: a snapshot with the label to hold it is kept", () => {
  it("also when it expired long ago", () => {
    const held = aged(30 * DAY, "ready", { [HOLD_LABEL]: "" });
    const result = plan({ snapshots: [...tooMany, held] });
    expect(deleted(result)).not.toContain(held.id);
    expect(heldFor(result, "HeldByLabel")).toEqual([held.id]);
  });

  it("also when it failed", () => {
    const held = aged(HOUR, "failed", { [HOLD_LABEL]: "true" });
    expect(deleted(plan({ snapshots: [aged(0), held] }))).toEqual([]);
  });

  it("unless the label says false", () => {
    const free = aged(30 * DAY, "ready", { [HOLD_LABEL]: "false" });
    expect(deleted(plan({ snapshots: [...tooMany, free] }))).toContain(free.id);
  });
});

describe("safety rule 8: a rule that is gone", () => {
  it("leaves its snapshots where they are", () => {
    const result = plan({ rule: undefined, snapshots: tooMany });
    expect(result.creation).toBeUndefined();
    expect(deleted(result)).toEqual([]);
    expect(heldFor(result, "Retained")).toHaveLength(10);
  });

  const expiring = { [DELETION_POLICY_LABEL]: "expire", [DELTAS_LABEL]: "PT1H PT4H" };

  it("with the policy expire, they go on expiring by the schedule that the newest carries", () => {
    const snapshots = [aged(2 * HOUR, "ready", expiring), ...hourly(3, 9)];
    const gone = deleted(plan({ rule: undefined, snapshots }));
    expect(gone).toContain("9h");
    expect(gone).not.toContain("2h");
  });

  it("a schedule alone, without that policy, lets none expire", () => {
    const snapshots = [aged(2 * HOUR, "ready", { [DELTAS_LABEL]: "PT1H PT4H" }), ...hourly(3, 9)];
    expect(heldFor(plan({ rule: undefined, snapshots }), "Retained")).toHaveLength(8);
  });

  it("not while it cannot be told whether the rule is gone", () => {
    const snapshots = [aged(2 * HOUR, "ready", expiring), ...hourly(3, 9)];
    const result = plan({ rule: undefined, snapshots, suspended: "the rule is there, and cannot be read now" });
    expect(deleted(result)).toEqual([]);
  });

  it("nor if the schedule that the newest carries cannot be read", () => {
    const snapshots = [aged(2 * HOUR, "ready", { ...expiring, [DELTAS_LABEL]: "hourly" }), ...hourly(3, 9)];
    expect(heldFor(plan({ rule: undefined, snapshots }), "Retained")).toHaveLength(8);
  });
});

describe("safety rule 9: after an error the disk waits", () => {
  it("for as long as it was told, and says so", () => {
    const result = plan({ retryAt: NOW + MINUTE });
    expect(result.creation).toBeUndefined();
    expect(reasons(result, "creation")).toEqual(["Backoff"]);
    expect(result.wakeAt).toBe(NOW + MINUTE);
    expect(plan({ retryAt: NOW }).creation).toBeDefined();
  });
});

describe("safety rule 10: after downtime one snapshot is made", () => {
  it("however many intervals were missed", () => {
    const missed = viewOf({ snapshots: [aged(30 * HOUR)] });
    const { creation } = planDisk(NOW, missed, defaultPolicy);
    expect(creation?.dueAt).toBe(NOW - 29 * HOUR);
    const made = { ...missed, snapshots: [...missed.snapshots, aged(0)], lastCreationAt: NOW };
    const after = planDisk(NOW + MINUTE, made, defaultPolicy);
    expect(after.creation).toBeUndefined();
    expect(after.wakeAt).toBe(NOW + HOUR);
  });
});

describe("safety rule 11: ownership is a label and the disk's identity", () => {
  it("a new snapshot carries the label in the same request, and names the disk", () => {
    const view = viewOf();
    const request = planDisk(NOW, view, defaultPolicy).creation?.request;
    expect(request?.labels).toMatchObject({ "created-by": "k8s-snapshots" });
    expect(request?.disk).toEqual(view.disk);
  });
});

describe("limits of the storage system", () => {
  it("a schedule that needs more snapshots than a disk may have takes none, and says so", () => {
    const few = plan({ capabilities: { restore: false, maxSnapshotsPerDisk: 3 } });
    expect(few.creation).toBeUndefined();
    expect(reasons(few, "creation")).toEqual(["TooManySnapshots"]);
    expect(plan({ capabilities: { restore: false, maxSnapshotsPerDisk: 25 } }).creation).toBeDefined();
  });

  it("an interval shorter than it allows is taken at its pace", () => {
    const result = plan({ snapshots: [aged(HOUR)], capabilities: { restore: false, minIntervalMs: 2 * HOUR } });
    expect(result.wakeAt).toBe(NOW + HOUR);
    expect(reasons(result, "creation")).toEqual(["IntervalTooShort"]);
  });
});

describe("a creation whose answer was lost", () => {
  it("is looked for under its own key, once lists must show it", () => {
    const view = viewOf({
      capabilities: { restore: false, listLagMs: 1_000 },
      unsettled: { idempotencyKey: "key", name: "the-name", at: NOW },
    });
    expect(planDisk(NOW, view, defaultPolicy).wakeAt).toBe(NOW + 1_000);
    const { creation } = planDisk(NOW + 1_000, view, defaultPolicy);
    expect(creation?.reason).toBe("settle");
    expect(creation?.request).toMatchObject({ idempotencyKey: "key", name: "the-name", mayExist: true });
  });
});
