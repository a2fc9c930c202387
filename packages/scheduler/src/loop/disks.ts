import type { Disk } from "@k8s-snapshots/backend-api";
import { momentOf } from "../clock.ts";
import { type DiskState, isForgettable, newDiskState } from "../state/disk-state.ts";
import type { Fact } from "../state/fact.ts";
import { intervalOf } from "../state/interval.ts";
import {
  type LocationState,
  locationListed,
  ownershipLapsed,
  rulesUnresolved,
  type WholeList,
} from "../state/location-state.ts";
import type { Present } from "../state/present.ts";
import { reduce } from "../state/reduce.ts";
import { observeDate } from "../state/storage-clock.ts";
import type { Instant, Milliseconds, Moment, Monotonic } from "../state/time.ts";
import type { TracedAction } from "../trace/trace-event.ts";
import { type DiskEntry, newDiskEntry, pendingCount, snapshotCount } from "./disk-entry.ts";
import type { LoopContext } from "./loop-context.ts";

/** The disks of one location, and what is counted over all of them. Facts go through here, one by one. */
export class Disks implements Iterable<DiskEntry> {
  /** Whether the location is served by this process. */
  readonly isOurs: boolean;

  #location: LocationState;
  readonly #context: LoopContext;
  readonly #entries = new Map<string, DiskEntry>();
  readonly #byNamespace = new Map<string, number>();
  readonly #intervals = new Map<Milliseconds, number>();
  #pending = 0;

  constructor(location: LocationState, context: LoopContext, isOurs: boolean) {
    this.#location = location;
    this.#context = context;
    this.isOurs = isOurs;
    context.onTrace?.({ type: "location.begun", disks: this, moment: momentOf(context.clock) });
  }

  /** What they share; replaced when it changes. */
  get location(): LocationState {
    return this.#location;
  }

  [Symbol.iterator](): Iterator<DiskEntry> {
    return this.#entries.values();
  }

  /** Whether there is nothing to serve: no rule, and no snapshot that is known. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** How many snapshots of the location are pending. */
  get pending(): number {
    return this.#pending;
  }

  /** The shortest interval of all rules; infinity without any. */
  get shortestInterval(): Milliseconds {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#intervals.keys());
  }

  /** The disk's interval, as far as it is allowed; infinity without a rule. */
  intervalOf({ rule }: DiskState): Milliseconds {
    if (rule?.deltas === undefined) return Number.POSITIVE_INFINITY;
    return intervalOf(rule.deltas, { policy: this.#context.policy, location: this.location }).milliseconds;
  }

  find(id: string): DiskEntry | undefined {
    return this.#entries.get(id);
  }

  get(id: string): DiskEntry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const disk: Disk = { location: this.location.location, id };
    const entry = newDiskEntry(newDiskState(disk));
    this.#entries.set(id, entry);
    return entry;
  }

  /** What holds for the disk at this moment. */
  present({ state }: DiskEntry): Present {
    const { policy, clock, rules } = this.#context;
    const namespace = state.rule?.namespace;
    const held = namespace === undefined ? undefined : this.#byNamespace.get(namespace);
    const moment = momentOf(clock);
    const rulesAge = moment.monotonic - rules.confirmedAt;
    return {
      moment,
      location: this.location,
      policy,
      ...(rulesAge > Math.min(policy.rulesMaxAge, policy.rulesMaxAgeForDeletions) && { rulesAge }),
      ...(held !== undefined && { namespaceLeft: policy.maxSnapshotsPerNamespace - held }),
    };
  }

  /**
   * @param present - the moment at which it was decided, if it is something that was
   * @param action - what was decided
   * @returns whether the fact changed anything
   */
  apply(entry: DiskEntry, fact: Fact, present: Present = this.present(entry), action?: TracedAction): boolean {
    this.#context.onTrace?.({ type: "fact", disks: this, present, state: entry.state, fact, action });
    const before = entry.state;
    const after = reduce(before, fact, present);
    if (after === before) return false;
    this.#count(entry, -1);
    entry.state = after;
    this.#count(entry, 1);
    return true;
  }

  /** The storage system gave a date. */
  observe(date: Instant): void {
    const { clock, policy, onTrace } = this.#context;
    const moment = momentOf(clock);
    const observed = observeDate(this.#location.clock, date, moment, policy.clockTolerance);
    if (observed === this.#location.clock) return;
    onTrace?.({ type: "date.observed", disks: this, moment, date });
    this.#location = { ...this.#location, clock: observed };
  }

  /** A whole list of the location ended; what it had of each disk is a fact of its own. */
  listed(begunAt: Monotonic, ended: Moment): WholeList {
    const { policy, onTrace } = this.#context;
    onTrace?.({ type: "location.listed", disks: this, moment: ended, begunAt });
    this.#location = locationListed(this.#location, begunAt, ended, policy.clockTolerance);
    return this.#location.list as WholeList;
  }

  /** See {@link LocationState.unresolvedRules}. */
  setUnresolved(unresolvedRules: ReadonlySet<string>): void {
    const { clock, onTrace } = this.#context;
    const moment = momentOf(clock);
    onTrace?.({ type: "rules.unresolved", disks: this, moment, unresolvedRules });
    this.#location = rulesUnresolved(this.#location, unresolvedRules, moment.monotonic);
  }

  /** See {@link LocationState.lapsedAt}. */
  setLapsed(): void {
    const { clock, onTrace } = this.#context;
    const moment = momentOf(clock);
    onTrace?.({ type: "ownership.lapsed", disks: this, moment });
    this.#location = ownershipLapsed(this.#location, moment.monotonic);
  }

  /** Forgets a disk of which nothing is known any more. */
  forgetIfEmpty(entry: DiskEntry): boolean {
    if (!isForgettable(entry.state) || entry.isCreating || entry.deleting !== undefined) return false;
    const { disk } = entry.state;
    this.#context.onTrace?.({ type: "disk.forgotten", disks: this, moment: momentOf(this.#context.clock), disk });
    return this.#entries.delete(disk.id);
  }

  #count({ state }: DiskEntry, sign: 1 | -1): void {
    this.#pending += sign * pendingCount(state);
    const { namespace } = state.rule ?? {};
    if (namespace !== undefined) add(this.#byNamespace, namespace, sign * snapshotCount(state));
    const interval = this.intervalOf(state);
    if (interval !== Number.POSITIVE_INFINITY) add(this.#intervals, interval, sign);
  }
}

function add<K>(counts: Map<K, number>, key: K, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
