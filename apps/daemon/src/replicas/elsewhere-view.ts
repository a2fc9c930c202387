import type { BackendError, Disk, SnapshotBackend } from "@k8s-snapshots/backend-api";
import {
  type DiskInspection,
  diskKey,
  type LastPlan,
  type LocationPlan,
  locationKey,
  locationKeyOf,
  type PlanLocationsOptions,
  planLocations,
  type Rule,
  type Scheduler,
} from "@k8s-snapshots/scheduler";
import type { KnownDisks } from "../coverage/judge-volume.ts";

/** What an {@link ElsewhereView} looks with. */
export interface ElsewhereViewOptions extends Pick<PlanLocationsOptions, "cluster" | "formerClusters" | "policy"> {
  readonly backends: ReadonlyMap<string, SnapshotBackend>;
  readonly scheduler: Pick<Scheduler, "inspect" | "lastPlan" | "tenureOf">;

  /** The trouble of what this replica serves. */
  readonly reports: Pick<KnownDisks, "errorOf">;

  /** All rules of the cluster. */
  readonly rules: () => Iterable<Rule>;

  /** In milliseconds, monotonic. Default: the machine's. */
  readonly clock?: () => number;
}

interface Reading {
  readonly disks: ReadonlyMap<string, DiskInspection>;
  readonly error: BackendError | undefined;
}

/** People see of what other replicas serve what was there at most so long ago. */
const FRESH_MS = 60_000;
/** Where nobody looks for so long, it is forgotten. */
const KEPT_MS = 600_000;

/**
 * All disks of the cluster, for whoever looks at coverage: those that this replica serves as it knows them, without a request
 * more; those of other replicas as a list of their location has them, made when somebody looks, and good for a minute.
 */
export class ElsewhereView implements KnownDisks, Disposable {
  readonly #options: ElsewhereViewOptions;
  readonly #clock: () => number;
  #readings: ReadonlyMap<string, Reading> = new Map();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(options: ElsewhereViewOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  /** Lists what other replicas serve, unless that was done a moment ago. To be called before a look. Never rejects. */
  async refresh(): Promise<void> {
    this.#forgetting ??= setTimeout(() => this.#forget(), KEPT_MS).unref();
    this.#forgetting.refresh();
    if (this.#isFresh()) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#forgetting);
  }

  lastPlan(rule: Pick<Rule, "backend" | "disk">): LastPlan | undefined {
    const { backend, disk } = rule;
    return this.#isOurs(rule) ? this.#options.scheduler.lastPlan(backend, disk) : this.#elsewhere(backend, disk)?.plan;
  }

  inspect(backend: string, disk: Disk): DiskInspection | undefined {
    return this.#isOurs({ backend, disk })
      ? this.#options.scheduler.inspect(backend, disk)
      : this.#elsewhere(backend, disk);
  }

  errorOf(rule: Rule): BackendError | undefined {
    return this.#isOurs(rule) ? this.#options.reports.errorOf(rule) : this.#readings.get(locationKeyOf(rule))?.error;
  }

  /** A location that went to another replica since was not read yet. */
  #isFresh(): boolean {
    if (this.#clock() - this.#readAt >= FRESH_MS) return false;
    return this.#elsewhereRules().every((rule) => this.#readings.has(locationKeyOf(rule)));
  }

  #forget(): void {
    this.#readings = new Map();
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  #elsewhereRules(): Rule[] {
    return [...this.#options.rules()].filter((rule) => !this.#isOurs(rule));
  }

  async #read(): Promise<void> {
    const { backends, cluster, formerClusters, policy } = this.#options;
    const plans = await planLocations({
      ...{ backends, cluster, rules: this.#elsewhereRules(), unresolved: new Set<string>() },
      ...(formerClusters && { formerClusters }),
      ...(policy && { policy }),
    });
    this.#readings = new Map(plans.map((plan) => [locationKey(plan), readingOf(plan)]));
    this.#readAt = this.#clock();
  }

  #isOurs({ backend, disk }: Pick<Rule, "backend" | "disk">): boolean {
    return this.#options.scheduler.tenureOf(backend, disk.location) !== "none";
  }

  #elsewhere(backend: string, disk: Disk): DiskInspection | undefined {
    return this.#readings.get(locationKeyOf({ backend, disk }))?.disks.get(diskKey(backend, disk));
  }
}

function readingOf({ backend, disks, error }: LocationPlan): Reading {
  return { disks: new Map(disks.map((one) => [diskKey(backend, one.disk), one])), error };
}
