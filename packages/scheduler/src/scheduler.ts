import type { Disk, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type Clock, systemClock } from "./clock.ts";
import { LocationWorker } from "./loop/location-worker.ts";
import type { WorkerContext } from "./loop/worker-context.ts";
import type { DiskPlan } from "./planner/disk-plan.ts";
import { defaultPolicy, type Policy } from "./policy.ts";
import { diskKey, type Rule, sameRule } from "./rule.ts";
import type { DiskContext, DiskInspection, SchedulerEvent } from "./scheduler-event.ts";

/** Settings of a {@link Scheduler}. */
export interface SchedulerOptions {
  /** By name. A backend may be added later, before the first rule that names it. */
  readonly backends: ReadonlyMap<string, SnapshotBackend>;

  /** Told of everything that happens, as it happens. What it throws is dropped. Default: nobody is told. */
  readonly onEvent?: (event: SchedulerEvent) => void;

  /** What differs from {@link defaultPolicy}. */
  readonly policy?: Partial<Policy>;

  /** Default: the machine's. */
  readonly clock?: Clock;

  /** In [0, 1); spreads retries. Default: `Math.random`. */
  readonly random?: () => number;

  /** Most requests to one location at once. Default: 10. */
  readonly concurrency?: number;

  /** How long one call to a backend may take, in milliseconds; a list ten times that. Default: one minute. */
  readonly callLimitMs?: number;
}

/** How the scheduler fares. Times in milliseconds since 1970. */
export interface SchedulerHealth {
  readonly locations: readonly {
    readonly backend: string;
    readonly location: string;

    /** When it last looked at its disks. It does at least once an hour. */
    readonly lastStepAt: number;

    /** When its last whole list was begun; `undefined` if there was none yet. */
    readonly listedAt: number | undefined;
  }[];
}

/**
 * Takes the snapshots that rules want and deletes those that they do not want any more. Remembers nothing that the
 * storage systems do not hold: it can be stopped at any moment, and started again.
 *
 * @example
 * ```ts
 * const scheduler = new Scheduler({ backends: new Map([[backend.name, backend]]) });
 * scheduler.setRules(rules);
 * await scheduler.run(stop.signal);
 * ```
 */
export class Scheduler {
  readonly #backends: ReadonlyMap<string, SnapshotBackend>;
  readonly #context: WorkerContext;
  readonly #workers = new Map<string, LocationWorker>();
  readonly #running = new Set<Promise<void>>();
  #rules: ReadonlyMap<string, Rule> = new Map();
  #signals: { readonly stop: AbortSignal; readonly abort: AbortSignal } | undefined;

  constructor(options: SchedulerOptions) {
    this.#backends = options.backends;
    const clock = options.clock ?? systemClock;
    this.#context = Object.freeze({
      clock,
      startedAt: clock.now(),
      policy: Object.freeze({ ...defaultPolicy, ...options.policy }),
      random: options.random ?? Math.random,
      onEvent: shielded(options.onEvent),
      concurrency: options.concurrency ?? 10,
      callLimitMs: options.callLimitMs ?? 60_000,
    });
  }

  /**
   * What is wanted from now on: all rules, not only those that changed. A disk whose rule is missing here has none any
   * more, so do not call it with a set that is not whole.
   *
   * @param unresolved - {@link Rule.name} of rules that are there, but of which it cannot be told now which disk they
   *   mean: snapshots that were made for them are not taken for orphans
   * @throws {TypeError} if two rules name one disk, or a rule names a backend that is not there: then nothing changes.
   */
  setRules(rules: readonly Rule[], unresolved: ReadonlySet<string> = new Set()): void {
    const byDisk = new Map<string, Rule>();
    for (const rule of rules) {
      const key = diskKey(rule.backend, rule.disk);
      const other = byDisk.get(key);
      if (other !== undefined) throw new TypeError(`${rule.id} and ${other.id} name the same disk, ${key}`);
      if (!this.#backends.has(rule.backend))
        throw new TypeError(`${rule.id} names the backend ${rule.backend}, which is not loaded`);
      const known = this.#rules.get(key);
      byDisk.set(key, known !== undefined && sameRule(known, rule) ? known : rule);
    }
    this.#rules = byDisk;

    const byLocation = Map.groupBy(byDisk.values(), (rule) => locationKey(rule.backend, rule.disk.location));
    for (const [key, [first]] of byLocation) if (!this.#workers.has(key)) this.#addWorker(key, first as Rule);
    for (const [key, worker] of this.#workers) worker.setRules(byLocation.get(key) ?? [], unresolved);
  }

  /**
   * Works until `stop` fires; then begins nothing new, waits for the requests under way, and resolves. `abort` cuts
   * those short.
   */
  async run(stop: AbortSignal, abort: AbortSignal = new AbortController().signal): Promise<void> {
    this.#signals = { stop, abort };
    for (const worker of this.#workers.values()) this.#start(worker);
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      else stop.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.all(this.#running);
  }

  /** What would be done now, disk by disk, with the reasons. Changes nothing. */
  *plan(): Generator<{ readonly context: DiskContext; readonly plan: DiskPlan }> {
    for (const worker of this.#workers.values()) yield* worker.plan();
  }

  /** One disk as it is known now, and what would be done for it; `undefined` if there is no such disk. */
  inspect(backend: string, { location, id }: Disk): DiskInspection | undefined {
    return this.#workers.get(locationKey(backend, location))?.inspect(id);
  }

  health(): SchedulerHealth {
    const locations = [...this.#workers.values()].map(({ backend, location, lastStepAt, listedAt }) => ({
      backend: backend.name,
      location,
      lastStepAt,
      listedAt,
    }));
    return { locations };
  }

  #addWorker(key: string, { backend, disk }: Rule): void {
    const worker = new LocationWorker(this.#backends.get(backend) as SnapshotBackend, disk.location, this.#context);
    this.#workers.set(key, worker);
    this.#start(worker);
  }

  #start(worker: LocationWorker): void {
    if (this.#signals === undefined) return;
    const { stop, abort } = this.#signals;
    const running = worker.run(stop, abort).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

/** A listener's trouble must not stop the snapshots. */
function shielded(onEvent: SchedulerOptions["onEvent"]): (event: SchedulerEvent) => void {
  return (event) => {
    try {
      onEvent?.(event);
    } catch {
      // There is nobody else to tell.
    }
  };
}

function locationKey(backend: string, location: string): string {
  return JSON.stringify([backend, location]);
}
