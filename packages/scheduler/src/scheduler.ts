import { randomBytes } from "node:crypto";
import type { BackendError, Disk, LocationLimits, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type Clock, momentOf, systemClock } from "./clock.ts";
import type { CallRate } from "./gate/guard-backend.ts";
import { LocationLoop } from "./loop/location-loop.ts";
import type { LoopContext } from "./loop/loop-context.ts";
import { defaultPolicy, type Policy } from "./policy.ts";
import { diskKey, type Rule, sameRule } from "./rule.ts";
import type { DiskInspection, LastPlan, LocationContext, SchedulerEvent } from "./scheduler-event.ts";
import { alwaysOwner, type LocationOwnership, locationKey, type Tenure } from "./sharding/location-ownership.ts";
import type { Instant, Milliseconds, Monotonic } from "./state/time.ts";

/** Settings of a {@link Scheduler}. */
export interface SchedulerOptions {
  /** By name. A backend may be added later, before the first rule that names it. */
  readonly backends: ReadonlyMap<string, SnapshotBackend>;

  /**
   * Which cluster the rules are of: snapshots of others are left alone. In Kubernetes, the uid of the namespace
   * `kube-system`. 1 to 63 characters of `[A-Za-z0-9._-]`.
   */
  readonly cluster: string;

  /** Clusters that are gone and whose snapshots are to be taken over. Default: none. */
  readonly formerClusters?: readonly string[];

  /** Called for every event. What it throws is dropped. Default: no listener. */
  readonly onEvent?: (event: SchedulerEvent) => void;

  /**
   * Called with each fact before it is reduced: what a trace is made of. Unstable. What it throws is
   * dropped. Default: no listener.
   */
  readonly onTrace?: NonNullable<LoopContext["onTrace"]>;

  /** What differs from {@link defaultPolicy}. */
  readonly policy?: Partial<Policy>;

  /** Which locations are this process's. Default: all of them, always. */
  readonly ownership?: LocationOwnership;

  /** Default: the machine's. */
  readonly clock?: Clock;

  /** Names this process on what it makes: 8 characters of `[a-z0-9]`. Default: random. */
  readonly instance?: string;

  /** Most creations, and most deletions, to one location at once. Default: 10. */
  readonly concurrency?: number;

  /** How long one call to a backend may take; a list ten times that. Default: one minute. */
  readonly callTimeout?: Milliseconds;
}

/** What is asked for otherwise than before. */
export interface RuleChanges {
  /** Rules that are new, or say something else. */
  readonly set: readonly Rule[];

  /** Disks that have no rule any more. */
  readonly removed: readonly Pick<Rule, "backend" | "disk">[];

  /** As in {@link Scheduler.setRules}. Default: as before. */
  readonly unresolved?: ReadonlySet<string>;
}

/** The state of the loops. */
export interface SchedulerHealth {
  readonly now: Monotonic;
  readonly locations: readonly {
    readonly backend: string;
    readonly location: string;

    /** What this process may do there. */
    readonly tenure: Tenure;

    /** When it last looked at its disks. It does at least once an hour; where it may do nothing, that is now. */
    readonly lastStepAt: Monotonic;

    /** When its newest whole list was begun; `undefined` if there was none yet. */
    readonly listedAt: Monotonic | undefined;
  }[];
}

/**
 * Takes the snapshots that rules ask for and deletes those that they do not keep any more. Remembers nothing that the
 * storage systems do not hold: it can be stopped at any moment, and started again.
 *
 * @example
 * ```ts
 * const scheduler = new Scheduler({ cluster: "home", backends: new Map([[backend.name, backend]]) });
 * scheduler.setRules(rules);
 * await scheduler.run(stop.signal);
 * ```
 */
export class Scheduler {
  readonly #backends: ReadonlyMap<string, SnapshotBackend>;
  readonly #context: LoopContext;
  readonly #ownership: LocationOwnership;
  readonly #loops = new Map<string, LocationLoop>();
  readonly #running = new Set<Promise<void>>();
  readonly #rules = new Map<string, Rule>();
  #unresolved: ReadonlySet<string> = new Set();
  #signals: { readonly stop: AbortSignal; readonly abort: AbortSignal } | undefined;

  constructor(options: SchedulerOptions) {
    this.#backends = options.backends;
    this.#ownership = options.ownership ?? alwaysOwner;
    this.#context = Object.freeze({
      clock: options.clock ?? systemClock,
      aloneSince: options.ownership === undefined ? (options.clock ?? systemClock).monotonic() : undefined,
      policy: Object.freeze({ ...defaultPolicy, ...options.policy }),
      identity: Object.freeze({
        cluster: options.cluster,
        formerClusters: options.formerClusters ?? [],
        instance: options.instance ?? randomBytes(4).toString("hex"),
      }),
      onEvent: isolated(options.onEvent),
      onTrace: options.onTrace && isolated(options.onTrace),
      onAccountThrottled: (from: LocationContext, error: BackendError) => {
        for (const loop of this.#loops.values()) {
          if (loop.backend.name === from.backend && loop.location !== from.location) loop.throttledElsewhere(error);
        }
      },
      rules: { confirmedAt: (options.clock ?? systemClock).monotonic() },
      concurrency: options.concurrency ?? 10,
      callTimeout: options.callTimeout ?? 60_000,
    });
    const { clock, identity, policy, onTrace } = this.#context;
    onTrace?.({ type: "process.started", moment: momentOf(clock), identity, policy });
  }

  /**
   * What is asked for from now on: all rules, not only those that changed. A disk whose rule is missing here has none any
   * more, so do not call it with a set that is not whole.
   *
   * @param unresolved - {@link Rule.name} of rules that are there, but of which it is not known now which disk they mean:
   *   snapshots that were made for them are not treated as orphans. A name may hold `*`, which stands for any characters
   * @throws {TypeError} if two rules name one disk, or a rule names a backend that is not there: then nothing changes.
   */
  setRules(rules: readonly Rule[], unresolved: ReadonlySet<string> = new Set()): void {
    const byDisk = new Map<string, Rule>();
    for (const rule of rules) {
      const key = diskKey(rule.backend, rule.disk);
      const other = byDisk.get(key);
      if (other !== undefined) throw new TypeError(`${rule.id} and ${other.id} name the same disk, ${key}`);
      byDisk.set(key, rule);
    }
    const removed = [...this.#rules].filter(([key]) => !byDisk.has(key)).map(([, rule]) => rule);
    this.updateRules({ set: rules, removed, unresolved });
  }

  /**
   * What is asked for otherwise from now on; what is not named here stays as it is. Costs what changes, not what exists.
   *
   * @throws {TypeError} if a rule names a backend that is not there: then nothing changes.
   */
  updateRules({ set, removed, unresolved = this.#unresolved }: RuleChanges): void {
    const unknown = set.find(({ backend }) => !this.#backends.has(backend));
    if (unknown !== undefined) {
      throw new TypeError(`${unknown.id} names the backend ${unknown.backend}, which is not loaded`);
    }
    const changes = new Map<LocationLoop, Map<string, Rule | undefined>>();
    const change = ({ backend, disk }: Pick<Rule, "backend" | "disk">, rule: Rule | undefined): void => {
      const loop = this.#loopOf(backend, disk.location);
      const ofLoop = changes.get(loop) ?? new Map<string, Rule | undefined>();
      changes.set(loop, ofLoop.set(disk.id, rule));
    };
    for (const gone of removed) if (this.#rules.delete(diskKey(gone.backend, gone.disk))) change(gone, undefined);
    for (const rule of set) {
      const key = diskKey(rule.backend, rule.disk);
      const known = this.#rules.get(key);
      if (known !== undefined && sameRule(known, rule)) continue;
      this.#rules.set(key, rule);
      change(rule, rule);
    }
    this.confirmRules();
    const areSame =
      unresolved.size === this.#unresolved.size && [...unresolved].every((name) => this.#unresolved.has(name));
    if (!areSame) this.#unresolved = new Set(unresolved);
    const loops = areSame ? changes.keys() : this.#loops.values();
    for (const loop of loops) loop.updateRules(changes.get(loop) ?? new Map(), this.#unresolved);
  }

  /**
   * The rules are still those that were set last: whoever watches their source says so now and then. Where nobody does for
   * longer than {@link Policy.rulesMaxAgeForDeletions}, nothing is deleted until somebody does; for longer than
   * {@link Policy.rulesMaxAge}, nothing is taken either.
   *
   * @param age - how long ago the source said so, in milliseconds. Default: just now
   */
  confirmRules(age: Milliseconds = 0): void {
    const { clock, policy, rules } = this.#context;
    const confirmedAt = clock.monotonic() - age;
    const wasOld = confirmedAt - rules.confirmedAt > Math.min(policy.rulesMaxAge, policy.rulesMaxAgeForDeletions);
    rules.confirmedAt = Math.max(rules.confirmedAt, confirmedAt);
    if (wasOld) for (const loop of this.#loops.values()) loop.planAll();
  }

  /**
   * Works until `stop` fires; then begins nothing new, waits for the requests under way, and resolves. `abort` cuts
   * those short.
   */
  async run(stop: AbortSignal, abort: AbortSignal = new AbortController().signal): Promise<void> {
    this.#signals = { stop, abort };
    for (const loop of this.#loops.values()) this.#start(loop);
    if (!stop.aborted) {
      await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
    }
    await Promise.all(this.#running);
  }

  /** What would be done now, disk by disk, with the reasons. Changes nothing. */
  *plan(): Generator<DiskInspection> {
    for (const loop of this.#loops.values()) yield* loop.plan();
  }

  /** One disk as it is known now, and what would be done for it; `undefined` if there is no such disk. */
  inspect(backend: string, { location, id }: Disk): DiskInspection | undefined {
    return this.#loops.get(locationKey({ backend, location }))?.inspect(id);
  }

  /** What the last plan said of a disk; `undefined` if there is no such disk. Plans nothing. */
  lastPlan(backend: string, { location, id }: Disk): LastPlan | undefined {
    return this.#loops.get(locationKey({ backend, location }))?.lastPlan(id);
  }

  /** How many disks have a rule, and when the next snapshot is due, as the last plans had it. Plans nothing. */
  upcoming(): { readonly disks: number; readonly nextDueAt: Instant | undefined } {
    let next = Number.POSITIVE_INFINITY;
    for (const loop of this.#loops.values()) next = Math.min(next, loop.nextDueAt);
    return { disks: this.#rules.size, nextDueAt: Number.isFinite(next) ? next : undefined };
  }

  /** What this process may do in a location: `none` also where no rule has a disk there. */
  tenureOf(backend: string, location: string): Tenure {
    return this.#loops.get(locationKey({ backend, location }))?.tenure ?? "none";
  }

  health(): SchedulerHealth {
    const locations = [...this.#loops.values()].map(({ backend, location, tenure, lastStepAt, listedAt }) => ({
      backend: backend.name,
      location,
      tenure,
      lastStepAt,
      listedAt,
    }));
    return { now: this.#context.clock.monotonic(), locations };
  }

  /**
   * What a storage system says at run time that it allows in a location, from now on instead of what its backend declares:
   * how many snapshots may be pending. Does nothing where there is no rule in the location.
   */
  setLimits(location: LocationContext, limits: LocationLimits): void {
    this.#loops.get(locationKey(location))?.setLimits(limits);
  }

  /** How many calls of each kind leave for each location a second at most, as far as this process learned it by now. */
  callRates(): readonly (CallRate & LocationContext)[] {
    return [...this.#loops.values()]
      .filter(({ tenure }) => tenure !== "none")
      .flatMap(({ backend, location, callRates }) =>
        callRates.map((rate) => ({ backend: backend.name, location, ...rate })),
      );
  }

  #loopOf(backend: string, location: string): LocationLoop {
    const key = locationKey({ backend, location });
    const known = this.#loops.get(key);
    if (known !== undefined) return known;
    const loop = new LocationLoop(
      this.#backends.get(backend) as SnapshotBackend,
      location,
      this.#context,
      this.#ownership,
      this.#unresolved,
    );
    this.#loops.set(key, loop);
    this.#start(loop);
    return loop;
  }

  #start(loop: LocationLoop): void {
    if (this.#signals === undefined) return;
    const { stop, abort } = this.#signals;
    const running = loop.run(stop, abort).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

/** A listener's trouble must not stop the snapshots. */
function isolated<Event>(listener: ((event: Event) => void) | undefined): (event: Event) => void {
  return (event) => {
    try {
      listener?.(event);
    } catch {
      // Whoever listens isolates its own listeners, and says what they throw.
    }
  };
}
