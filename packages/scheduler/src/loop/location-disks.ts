import { DEFAULT_LIST_LAG_MS, type Snapshot, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { DiskView } from "../planner/disk-view.ts";
import type { Rule } from "../rule.ts";
import type { DiskContext } from "../scheduler-event.ts";
import { DiskState, type ListOutcome } from "./disk-state.ts";
import type { PendingSince } from "./list-pace.ts";

/** The disks of one location: those that have a rule, and those that have snapshots of ours. */
export class LocationDisks implements Iterable<DiskState> {
  readonly #backend: SnapshotBackend;
  readonly #location: string;
  readonly #states = new Map<string, DiskState>();
  #unresolved: ReadonlySet<string> = new Set();
  #listedAt: number | undefined;

  constructor(backend: SnapshotBackend, location: string) {
    this.#backend = backend;
    this.#location = location;
  }

  [Symbol.iterator](): Iterator<DiskState> {
    return this.#states.values();
  }

  /** When the last whole list was begun; `undefined` if there was none yet. */
  get listedAt(): number | undefined {
    return this.#listedAt;
  }

  /** What a whole list says. A disk that is not in it has no snapshots, whether or not it has a rule yet. */
  *applyList(
    byDisk: ReadonlyMap<string, readonly Snapshot[]>,
    startedAt: number,
    now: number,
  ): Generator<{ readonly state: DiskState; readonly outcome: ListOutcome }> {
    for (const id of byDisk.keys()) this.get(id);
    this.#listedAt = startedAt;
    const listLagMs = this.#backend.capabilities.listLagMs ?? DEFAULT_LIST_LAG_MS;
    for (const state of this) {
      const outcome = state.applyList(byDisk.get(state.disk.id) ?? [], startedAt, now, listLagMs);
      if (outcome.changed) yield { state, outcome };
      if (state.isEmpty()) this.#states.delete(state.disk.id);
    }
  }

  /** The disk of that id; a new one if it was not known: then the last whole list showed no snapshot of it. */
  get(id: string): DiskState {
    let state = this.#states.get(id);
    if (state === undefined) {
      state = new DiskState({ location: this.#location, id }, this.#listedAt);
      this.#states.set(id, state);
    }
    return state;
  }

  /** The disk of that id, if it is known. */
  find(id: string): DiskState | undefined {
    return this.#states.get(id);
  }

  /**
   * The rules of this location, all of them: a disk that is not among them has none any more.
   *
   * @returns the disks whose rule is another one now
   */
  setRules(rules: readonly Rule[], unresolved: ReadonlySet<string>): DiskState[] {
    this.#unresolved = unresolved;
    const wanted = new Map(rules.map((rule) => [rule.disk.id, rule]));
    for (const id of wanted.keys()) this.get(id);
    const changed: DiskState[] = [];
    for (const [id, state] of this.#states) {
      if (state.rule === wanted.get(id)) continue;
      state.rule = wanted.get(id);
      changed.push(state);
    }
    return changed;
  }

  viewOf(state: DiskState): DiskView {
    return state.view(this.#backend.capabilities, this.#unresolved);
  }

  about(state: DiskState): DiskContext {
    return { backend: this.#backend.name, disk: state.disk, rule: state.rule };
  }

  /** All snapshots that are being made. */
  *pending(states: Iterable<DiskState> = this): Generator<PendingSince> {
    for (const state of states) {
      for (const { since, interval } of state.pending()) yield { since, interval: this.#paced(interval) };
    }
  }

  /** The shortest interval of all rules, in milliseconds. */
  shortestInterval(): number {
    let shortest = Number.POSITIVE_INFINITY;
    for (const state of this) shortest = Math.min(shortest, this.#paced(state.interval));
    return shortest;
  }

  /** How many more snapshots the storage system lets be pending. */
  creationsLeft(): number {
    const most = this.#backend.capabilities.maxPendingPerLocation;
    if (most === undefined) return Number.POSITIVE_INFINITY;
    let pending = 0;
    for (const state of this) {
      if (state.creating) pending++;
      for (const snapshot of state.snapshots()) if (snapshot.state === "pending") pending++;
    }
    return most - pending;
  }

  /** An interval as it is kept to: no shorter than the storage system allows. */
  #paced(interval: number): number {
    return Math.max(interval, this.#backend.capabilities.minIntervalMs ?? 0);
  }
}
