import { BackendError } from "@k8s-snapshots/backend-api";
import { parseDeltas } from "@k8s-snapshots/retention";
import type { Rule } from "@k8s-snapshots/scheduler";
import { expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

const disk = { location: "eu-west-1", id: "vol-1" };
const rule: Rule = {
  id: "PersistentVolumeClaim/default/data",
  name: "pvc-data",
  backend: "aws",
  disk,
  deltas: parseDeltas("PT1H P1D"),
  deletionPolicy: "retain",
  ignoreDeletionBudget: false,
  deletionsSuspended: undefined,
};

it("say how old the newest ready snapshot is beside the interval that was asked for", async () => {
  const snapshot = {
    id: "snap-1",
    location: disk.location,
    diskId: disk.id,
    createdAt: new Date(1_700_000_000_000),
    state: "ready" as const,
    labels: {},
  };
  const metrics = createMetrics(() => ({
    *plan() {
      yield {
        context: { backend: "aws", disk, rule },
        plan: {
          creation: undefined,
          deletions: [],
          kept: [{ snapshot, reasons: [{ kind: "newest" as const }] }],
          holds: [],
          wakeAt: 0,
        },
      };
    },
  }));
  metrics.onRules({ rules: [rule], unresolved: new Set(), findings: [] });
  metrics.onSchedulerEvent({ type: "snapshot.created", backend: "aws", disk, rule, snapshot, tookMs: 1 });
  const error = new BackendError("throttled", "slow down");
  metrics.onSchedulerEvent({ type: "snapshot.error", backend: "aws", disk, rule, error, retryAt: 0 });

  const text = await metrics.registry.metrics();
  expect(text).toContain(`k8s_snapshots_newest_snapshot_timestamp_seconds{rule="${rule.id}"} 1700000000`);
  expect(text).toContain(`k8s_snapshots_rule_interval_seconds{rule="${rule.id}"} 3600`);
  expect(text).toContain('k8s_snapshots_snapshots_created_total{backend="aws",location="eu-west-1"} 1');
  expect(text).toContain('operation="create",code="throttled"} 1');
});
