import { BackendError } from "@k8s-snapshots/backend-api";
import type { ObjectEvent, ObjectIdentity, SnapshotRuleStatus } from "@k8s-snapshots/k8s-source";
import type { DiskInspection, SchedulerEvent } from "@k8s-snapshots/scheduler";
import { ruleOf } from "@k8s-snapshots/scheduler/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { inspectionOf } from "../../test/inspections.ts";
import type { ResolvedChanges, ResolvedRule } from "../rules/resolved-rule.ts";
import { RuleReports } from "./rule-reports.ts";

const disk = { location: "eu-west-1", id: "vol-1" };
const origin: ObjectIdentity = {
  apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
  kind: "SnapshotRule",
  namespace: "default",
  name: "data",
  uid: "5f0c",
  creationTimestamp: "2026-11-01T00:00:00Z",
  generation: 1,
};
const rule = ruleOf("P1D P7D", { id: "SnapshotRule/default/data", name: "rule-data", backend: "aws", disk });
const about = { backend: "aws", disk, rule } as const;
const snapshot = { id: "snap-1", createdAt: 0 } as const;

let before: ResolvedRule | undefined;

function next(after: ResolvedRule): ResolvedChanges {
  const changes: ResolvedChanges = new Map([[rule.id, { before, after }]]);
  before = after;
  return changes;
}

function withRule(changes: Partial<ObjectIdentity> = {}): ResolvedChanges {
  return next({ origin: { ...origin, ...changes }, warnings: [], rule: { ...rule }, finding: undefined });
}

function withProblem(message: string): ResolvedChanges {
  const finding = { id: rule.id, name: rule.name, reason: "InvalidDeltas", message } as const;
  return next({ origin, warnings: [], rule: undefined, finding });
}

describe("reports of rules", () => {
  let said: { readonly uid: string; readonly event: ObjectEvent }[];
  let statuses: Map<string, () => SnapshotRuleStatus | undefined>;
  let updates: number;
  let reports: RuleReports;
  let inspected: DiskInspection | undefined;
  let speaks: boolean;

  beforeEach(() => {
    before = undefined;
    said = [];
    statuses = new Map();
    updates = 0;
    inspected = undefined;
    speaks = true;
    reports = new RuleReports({
      events: { record: ({ uid }, event) => said.push({ uid, event }) },
      statuses: {
        update({ uid }, read) {
          updates += 1;
          statuses.set(uid, read);
        },
        forget: () => {},
      },
      scheduler: { inspect: () => inspected },
      duty: { speaksFor: () => speaks },
    });
  });

  const ready = () =>
    statuses
      .get(origin.uid)?.()
      ?.conditions.find(({ type }) => type === "Ready");
  const events = () => said.map(({ event: { type, reason } }) => `${type} ${reason}`);

  test("a snapshot that is ready, and one that has expired, are told to the object that asked", () => {
    reports.onRules(withRule());
    reports.onSchedulerEvent({ type: "snapshot.ready", snapshot, took: 1, ...about });
    const deletion = { ...snapshot, reason: "failed", why: undefined } as const;
    reports.onSchedulerEvent({ type: "snapshot.expired", deletion, ...about });
    expect(events()).toEqual(["Normal SnapshotCreated", "Normal SnapshotExpired"]);
    expect(said[0]).toMatchObject({ uid: origin.uid, event: { message: "snapshot snap-1 of vol-1 is ready" } });
  });

  test("what the scheduler does for a disk whose rule is gone is told to nobody", () => {
    reports.onRules(withRule());
    reports.onSchedulerEvent({ type: "snapshot.ready", snapshot, took: 1, ...about, rule: undefined });
    expect(said).toEqual([]);
  });

  test("a problem is told once, again when it says something else, and when it is time to remind", () => {
    reports.onRules(withProblem("cannot be read"));
    reports.onRules(withProblem("cannot be read"));
    expect(events()).toEqual(["Warning InvalidDeltas"]);
    reports.onRules(withProblem("cannot be read either"));
    expect(said).toHaveLength(2);
    reports.remind();
    expect(said).toHaveLength(3);
    reports.onRules(withRule());
    reports.remind();
    expect(said).toHaveLength(3);
  });

  test("of what another replica speaks, this one says nothing, until it takes over", () => {
    speaks = false;
    reports.onRules(withProblem("cannot be read"));
    reports.remind();
    expect(said).toEqual([]);
    expect(updates).toBe(0);
    speaks = true;
    reports.takeOver();
    expect(events()).toEqual(["Warning InvalidDeltas"]);
    expect(ready()?.reason).toBe("InvalidDeltas");
    speaks = false;
    expect(statuses.get(origin.uid)?.()).toBeUndefined();
  });

  test("what was odd about a rule is told once its location is served", () => {
    speaks = false;
    reports.onRules(next({ origin, warnings: ["an unknown field"], rule: { ...rule }, finding: undefined }));
    expect(said).toEqual([]);
    speaks = true;
    reports.onSchedulerEvent({ type: "tenure.changed", backend: "aws", location: "us-east-1", tenure: "owner" });
    expect(said).toEqual([]);
    reports.onSchedulerEvent({ type: "tenure.changed", backend: "aws", location: "eu-west-1", tenure: "owner" });
    expect(events()).toEqual(["Warning OddRule"]);
    expect(ready()?.reason).toBe("NotListed");
  });

  test("what asks for a look is told under its reason, what passes by itself is not", () => {
    reports.onRules(withRule());
    const deferrals = [
      { reason: "Grace", count: 7, until: Date.parse("2026-11-25T00:00:00Z") },
      { reason: "Pending", count: 1, detail: "snap-1" },
    ] as const;
    reports.onSchedulerEvent({ type: "disk.deferred", deferrals, ...about });
    expect(events()).toEqual(["Warning Grace"]);
    expect(said[0]?.event.message).toMatch(/^the schedule changed: 7 snapshots go from 2026-11-25T00:00:00Z on; /);

    inspected = inspectionOf(about, { deferrals: [{ ...deferrals[0], count: 5 }] });
    reports.remind();
    expect(said.at(-1)?.event).toMatchObject({ reason: "Grace", message: expect.stringContaining("5 snapshots") });
  });

  test("a request that failed is told once: by what it holds up, or by itself if its answer was lost", () => {
    reports.onRules(withRule());
    const failed = (outcome: "not-done" | "unknown"): SchedulerEvent => {
      const error = new BackendError("unavailable", "no answer", { outcome });
      return { type: "snapshot.failed", error, retryAt: 0, ...about };
    };
    reports.onSchedulerEvent(failed("not-done"));
    expect(events()).toEqual([]);
    reports.onSchedulerEvent(failed("unknown"));
    expect(events()).toEqual(["Warning CreationFailed"]);
  });

  test("a failure is in the status until a snapshot is taken", () => {
    reports.onRules(withRule());
    const error = new BackendError("limit-reached", "there are 100,000 snapshots");
    reports.onSchedulerEvent({ type: "snapshot.failed", error, retryAt: 0, ...about });
    expect(ready()).toMatchObject({ status: "False", reason: "LimitReached", message: "there are 100,000 snapshots" });
    reports.onSchedulerEvent({ type: "snapshot.accepted", snapshot, lateness: 0, ...about });
    expect(ready()).toMatchObject({ status: "Unknown" });
  });

  test("time alone makes a rule late: its status says so as soon as it is", () => {
    reports.onRules(withRule());
    const readiness = { ready: true, newest: 0, lateAt: 5_000, held: 1, widestGap: undefined };
    inspected = inspectionOf(about, { readiness });
    expect(ready()).toMatchObject({ status: "True" });
    const before = updates;
    const late = { ...readiness, ready: false };
    inspected = inspectionOf(about, { readiness: late });
    reports.onSchedulerEvent({ type: "readiness.changed", readiness: late, ...about });
    expect(updates).toBe(before + 1);
    expect(ready()).toMatchObject({ status: "False", reason: "Late" });
  });

  test("a location that cannot be listed is in the status of its rules until it can", () => {
    reports.onRules(withRule());
    const error = new BackendError("unavailable", "no answer");
    const before = updates;
    reports.onSchedulerEvent({ type: "location.failed", error, retryAt: 0, backend: "aws", location: "us-east-1" });
    expect(updates).toBe(before);
    for (let times = 0; times < 3; times += 1) {
      reports.onSchedulerEvent({ type: "location.failed", error, retryAt: 0, backend: "aws", location: "eu-west-1" });
    }
    expect(updates).toBe(before + 1);
    expect(ready()).toMatchObject({ status: "False", reason: "Unavailable" });
    reports.onSchedulerEvent({
      type: "location.listed",
      snapshots: 0,
      unattributed: 0,
      took: 1,
      backend: "aws",
      location: "eu-west-1",
    });
    expect(ready()).toMatchObject({ status: "Unknown", reason: "NotListed" });
  });

  test("a change of the spec makes the status say of which generation it is", () => {
    reports.onRules(withRule());
    reports.onRules(withRule());
    expect(updates).toBe(1);
    reports.onRules(withRule({ generation: 2 }));
    expect(updates).toBe(2);
  });

  test("a rule that was deleted and made anew has nothing of the old one's status", () => {
    reports.onRules(withRule());
    const old = statuses.get(origin.uid);
    reports.onRules(withRule({ uid: "77aa" }));
    expect(old?.()).toBeUndefined();
    expect(statuses.get("77aa")?.()).toBeDefined();
  });
});
