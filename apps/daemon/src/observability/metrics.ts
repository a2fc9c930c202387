import { averageMilliseconds } from "@k8s-snapshots/retention";
import type { Scheduler, SchedulerEvent } from "@k8s-snapshots/scheduler";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ResolvedRules } from "../rules/resolved-rules.ts";

/** What `/metrics` says. */
export interface Metrics {
  readonly registry: Registry;
  onSchedulerEvent(event: SchedulerEvent): void;
  onRules(resolved: ResolvedRules): void;
}

const prefix = "k8s_snapshots_";

/** @see {@link https://prometheus.io/docs/practices/naming/} */
export function createMetrics(scheduler: () => Pick<Scheduler, "plan"> | undefined): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new Counter({ name: `${prefix}${name}_total`, help, labelNames, registers });
  const created = counter("snapshots_created", "Snapshots that became ready", ["backend", "location"]);
  const deleted = counter("snapshots_deleted", "Snapshots deleted", ["backend", "location"]);
  const errors = counter("errors", "Calls to storage systems that failed", [
    "backend",
    "location",
    "operation",
    "code",
  ]);
  const lists = new Histogram({
    name: `${prefix}list_duration_seconds`,
    help: "Time to list the snapshots of a location whole",
    labelNames: ["backend", "location"],
    buckets: [0.1, 0.5, 1, 5, 30, 120],
    registers,
  });
  const rules = new Gauge({ name: `${prefix}rules`, help: "Disks that have a rule", registers });
  const problems = new Gauge({
    name: `${prefix}rule_problems`,
    help: "Objects that ask for snapshots and get none",
    labelNames: ["reason"],
    registers,
  });
  const interval = new Gauge({
    name: `${prefix}rule_interval_seconds`,
    help: "Interval that a rule asks for",
    labelNames: ["rule"],
    registers,
  });
  new Gauge({
    name: `${prefix}newest_snapshot_timestamp_seconds`,
    help: "When the newest ready snapshot of a rule's disk was taken, in seconds since 1970",
    labelNames: ["rule"],
    registers,
    collect() {
      this.reset();
      for (const { context, plan } of scheduler()?.plan() ?? []) {
        const newest = plan.kept[0]?.snapshot.createdAt.getTime();
        if (context.rule !== undefined && newest !== undefined) this.set({ rule: context.rule.id }, newest / 1_000);
      }
    },
  });

  return {
    registry,
    onSchedulerEvent(event) {
      const { backend } = event;
      const location = "disk" in event ? event.disk.location : event.location;
      if (event.type === "snapshot.created") created.inc({ backend, location });
      if (event.type === "snapshot.expired") deleted.inc({ backend, location });
      if (event.type === "location.listed") lists.observe({ backend, location }, event.tookMs / 1_000);
      const operation = failedOperations[event.type];
      if (operation !== undefined && "error" in event)
        errors.inc({ backend, location, operation, code: event.error.code });
    },
    onRules(resolved) {
      rules.set(resolved.rules.filter(({ deltas }) => deltas !== undefined).length);
      problems.reset();
      for (const { reason } of resolved.findings) problems.inc({ reason });
      interval.reset();
      for (const { id, deltas } of resolved.rules) {
        if (deltas !== undefined) interval.set({ rule: id }, averageMilliseconds(deltas.interval) / 1_000);
      }
    },
  };
}

const failedOperations: Partial<Record<SchedulerEvent["type"], string>> = {
  "snapshot.error": "create",
  "expire.error": "delete",
  "location.error": "list",
};
