import { averageMilliseconds } from "@k8s-snapshots/retention";
import { diskKey, type Reason, reasons, type SchedulerEvent } from "@k8s-snapshots/scheduler";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ResolvedChanges } from "../rules/resolved-rule.ts";
import { KnownRules } from "./known-rules.ts";
import { registerLimitGauges } from "./limit-gauges.ts";
import { type MeteredDaemon, unconnected } from "./metered-daemon.ts";
import type { MetricDescription } from "./metric-description.ts";
import { prefix } from "./metric-prefix.ts";
import { RuleSeries } from "./rule-series.ts";

/** What `/metrics` says: kept by events, so that a scrape plans nothing. */
export interface Metrics {
  /** @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/} */
  text(): Promise<{ readonly text: string; readonly contentType: string }>;

  /** All of them but those of the process itself, which all Node programs have. */
  descriptions(): readonly MetricDescription[];
  onSchedulerEvent(event: SchedulerEvent): void;
  onRules(changes: ResolvedChanges): void;

  /** What is asked at each scrape, from now on. */
  connect(daemon: MeteredDaemon): void;
  onListenerFailure(listener: string): void;
  onUnhandledRejection(): void;

  /** @param milliseconds - since the API server last confirmed the rules */
  onRulesAge(milliseconds: number): void;
}

/** @see {@link https://prometheus.io/docs/practices/naming/} */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new Counter({ name: `${prefix}${name}_total`, help, labelNames, registers });
  const created = counter("snapshots_created", "Snapshots that became ready", ["backend", "location"]);
  const deleted = counter("snapshots_deleted", "Snapshots deleted", ["backend", "location"]);
  const refused = counter("deletions_refused", "Deletions stopped at the last moment by a safety rule, by reason", [
    "backend",
    "location",
    "reason",
  ]);
  const errors = counter("errors", "Calls to storage systems that failed", [
    "backend",
    "location",
    "operation",
    "code",
  ]);
  const listenerFailures = counter("listener_failures", "Events that a part of the daemon failed to take", [
    "listener",
  ]);
  const rejections = counter("unhandled_rejections", "Rejected promises that no part of the daemon handled", []);
  const deferrals = new DeferralCounts();
  new Gauge({
    name: `${prefix}deferrals`,
    help: "Disks for which something is not done now, or should be known, by reason",
    labelNames: ["reason", "severity"],
    registers,
    collect() {
      for (const [reason, { severity }] of Object.entries(reasons)) {
        this.set({ reason, severity }, deferrals.count(reason as Reason));
      }
    },
  });
  const lists = new Histogram({
    name: `${prefix}list_duration_seconds`,
    help: "Time to list the snapshots of a location whole",
    labelNames: ["backend", "location"],
    buckets: [0.1, 0.5, 1, 5, 30, 120],
    registers,
  });
  const rulesAge = new Gauge({
    name: `${prefix}rules_age_seconds`,
    help: "Time since the API server last confirmed the rules: nothing is deleted above 600",
    registers,
  });
  let daemon: MeteredDaemon = unconnected;
  const known = new KnownRules((rule) => daemon.speaksFor(rule));
  new Gauge({
    name: `${prefix}rules`,
    help: "Disks that have a rule, and that this replica serves",
    registers,
    collect() {
      this.set(known.count());
    },
  });
  new Gauge({
    name: `${prefix}rule_problems`,
    help: "Objects that ask for snapshots and get none; said by one replica",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of known.problems()) this.set({ reason }, count);
    },
  });
  new Gauge({
    name: `${prefix}location_owned`,
    help: "Whether this replica serves the location: 1 or 0",
    labelNames: ["backend", "location"],
    registers,
    collect() {
      this.reset();
      for (const { backend, location, tenure } of daemon.tenures()) {
        this.set({ backend, location }, tenure === "owner" ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: `${prefix}volumes`,
    help: "PersistentVolumeClaims, and PersistentVolumes without one, by whether their data is safe and why",
    labelNames: ["protection", "reason"],
    registers,
    collect() {
      this.reset();
      for (const [protection, reasons] of daemon.volumes()?.reasons ?? []) {
        for (const [reason, count] of reasons) this.set({ protection, reason }, count);
      }
    },
  });
  registerLimitGauges(registry, () => daemon);
  const interval = new RuleSeries(`${prefix}rule_interval_seconds`, "Interval that a rule asks for");
  const newest = new RuleSeries(
    `${prefix}newest_snapshot_timestamp_seconds`,
    "When the newest ready snapshot of a rule's disk was taken, in seconds since 1970",
  );
  const lateAfter = new RuleSeries(
    `${prefix}late_after_timestamp_seconds`,
    "From when on the newest ready snapshot of a rule's disk is too old, in seconds since 1970",
  );

  return {
    text: async () => ({
      text: (await registry.metrics()) + interval.text(known.shown()) + newest.text() + lateAfter.text(),
      contentType: registry.contentType,
    }),
    descriptions: () => [...describe(registry), interval.description, newest.description, lateAfter.description],
    connect(connected) {
      daemon = connected;
    },
    onListenerFailure: (listener) => listenerFailures.inc({ listener }),
    onUnhandledRejection: () => rejections.inc(),
    onRulesAge: (milliseconds) => rulesAge.set(milliseconds / 1_000),
    onSchedulerEvent(event) {
      const { backend } = event;
      const location = "disk" in event ? event.disk.location : event.location;
      switch (event.type) {
        case "snapshot.ready":
          return created.inc({ backend, location });
        case "snapshot.expired":
          return deleted.inc({ backend, location });
        case "deletion.refused":
          return refused.inc({ backend, location, reason: event.reason });
        case "disk.deferred":
          return deferrals.set(event);
        case "readiness.changed": {
          const { rule, readiness } = event;
          if (rule === undefined) return;
          newest.set(rule.id, readiness?.newest && readiness.newest / 1_000);
          return lateAfter.set(rule.id, readiness?.lateAt && readiness.lateAt / 1_000);
        }
        case "location.listed":
          return lists.observe({ backend, location }, event.took / 1_000);
        case "location.failed":
          return errors.inc({ backend, location, operation: "list", code: event.error.code });
        case "call.ended":
          // A list is many calls, and fails as one.
          if (event.code === undefined || event.code === "aborted" || event.kind === "list") return;
          return errors.inc({ backend, location, operation: event.kind, code: event.code });
      }
    },
    onRules(changes) {
      for (const [id, { before, after }] of changes) {
        known.change(id, before, after);
        const deltas = after?.rule?.deltas;
        interval.set(id, deltas && averageMilliseconds(deltas.interval) / 1_000);
        if (after?.rule === undefined) {
          newest.set(id, undefined);
          lateAfter.set(id, undefined);
        }
      }
    },
  };
}

function describe(registry: Registry): readonly MetricDescription[] {
  return registry
    .getMetricsAsArray()
    .map((metric) => {
      const { name, help, type, labelNames = [] } = metric as unknown as MetricDescription & { labelNames?: string[] };
      return { name, type, labels: labelNames, help };
    })
    .filter(({ name }) => name.startsWith(prefix));
}

/** How many disks have each reason now. */
class DeferralCounts {
  readonly #byDisk = new Map<string, ReadonlySet<Reason>>();
  readonly #counts = new Map<Reason, number>();

  count(reason: Reason): number {
    return this.#counts.get(reason) ?? 0;
  }

  set({ backend, disk, deferrals }: Extract<SchedulerEvent, { readonly type: "disk.deferred" }>): void {
    const key = diskKey(backend, disk);
    const now = new Set(deferrals.map(({ reason }) => reason));
    for (const reason of this.#byDisk.get(key) ?? []) this.#counts.set(reason, this.count(reason) - 1);
    for (const reason of now) this.#counts.set(reason, this.count(reason) + 1);
    if (now.size === 0) this.#byDisk.delete(key);
    else this.#byDisk.set(key, now);
  }
}
