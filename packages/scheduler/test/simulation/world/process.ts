import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { Reason } from "../../../src/planner/reason.ts";
import type { Policy } from "../../../src/policy.ts";
import type { Rule } from "../../../src/rule.ts";
import { Scheduler } from "../../../src/scheduler.ts";
import type { SchedulerEvent } from "../../../src/scheduler-event.ts";
import type { LocationOwnership, Tenant } from "../../../src/sharding/location-ownership.ts";
import type { ProcessRecord } from "./call-log.ts";
import type { ProcessClock } from "./process-clock.ts";

/** What a process is started with. */
export interface ProcessOptions {
  readonly record: ProcessRecord;
  readonly clock: ProcessClock;
  readonly backend: SnapshotBackend;
  readonly policy: Partial<Policy>;
  readonly concurrency: number;
  readonly onReason: (reason: Reason) => void;
}

/** A scheduler at work, as the shipped program runs it. */
export class Process {
  readonly record: ProcessRecord;
  readonly clock: ProcessClock;
  readonly scheduler: Scheduler;
  readonly #stop = new AbortController();
  readonly #abort = new AbortController();
  readonly #onReason: (reason: Reason) => void;
  #tenant: Tenant | undefined;
  #isRunning = true;

  constructor(options: ProcessOptions) {
    const { record, clock, backend, policy, concurrency } = options;
    this.record = record;
    this.clock = clock;
    this.#onReason = options.onReason;
    const ownership: LocationOwnership = {
      acquire: (_location, tenant) => {
        this.#tenant = tenant;
        void tenant.onTenure("owner");
        return { isHeld: () => true, release: () => {} };
      },
    };
    this.scheduler = new Scheduler({
      backends: new Map([[backend.name, backend]]),
      cluster: record.cluster,
      clock,
      instance: record.name,
      policy,
      concurrency,
      ownership,
      onEvent: (event) => this.#heard(event),
    });
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  run(): void {
    void this.scheduler.run(this.#stop.signal, this.#abort.signal);
  }

  /** All rules; those that changed are noted. */
  setRules(rules: readonly Rule[], now: number): void {
    const { rules: told } = this.record;
    const byDisk = new Map(rules.map((rule) => [rule.disk.id, rule]));
    for (const id of new Set([...told.keys(), ...byDisk.keys()])) {
      const records = told.get(id) ?? [];
      const rule = byDisk.get(id);
      if (records.length > 0 && records.at(-1)?.rule === rule) continue;
      told.set(id, [...records, { at: now, rule }]);
    }
    this.scheduler.setRules(rules);
  }

  /** Loses its locations for a time: it forgets what it knows of them. */
  own(isOurs: boolean, now: number): void {
    this.record.remembersSince = now;
    this.record.told.clear();
    void this.#tenant?.onTenure(isOurs ? "owner" : "none");
  }

  stop(): void {
    this.#isRunning = false;
    this.#stop.abort();
  }

  kill(): void {
    this.stop();
    this.#abort.abort();
  }

  #heard(event: SchedulerEvent): void {
    if (event.type === "location.listed") this.record.newestList = this.record.endedList;
    if (event.type === "deletion.requested") this.record.reasons.set(event.deletion.id, event.deletion.reason);
    if (event.type === "disk.deferred") for (const { reason } of event.deferrals) this.#onReason(reason);
  }
}
