import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { BackendError } from "@k8s-snapshots/backend-api";
import { momentOf } from "../clock.ts";
import { asBackendError, withinTime } from "../gate/limit-time.ts";
import type { DiskContext } from "../scheduler-event.ts";
import { listLag, type WholeList } from "../state/location-state.ts";
import type { Milliseconds, Monotonic } from "../state/time.ts";
import { type DiskEntry, isQuiet } from "./disk-entry.ts";
import type { DiskRows } from "./disk-rows.ts";
import type { Disks } from "./disks.ts";
import { inSlices } from "./in-slices.ts";
import { listChanges } from "./list-changes.ts";
import { type LocationRows, readLocation } from "./list-intake.ts";
import {
  fullAllowance,
  type ListAllowance,
  latestListAt,
  listRetryDelay,
  lookAt,
  soonestListAt,
  soonestListForRoomAt,
  spendList,
} from "./list-pace.ts";
import type { LoopContext } from "./loop-context.ts";
import { SnapshotSizes } from "./snapshot-sizes.ts";
import { WakeHeap } from "./wake-heap.ts";

/** A list is many calls. */
const LIST_TIMEOUT_FACTOR = 10;

/** What a {@link LocationLister} is connected to. */
export interface ListerPorts {
  readonly storage: () => SnapshotBackend;
  readonly isServing: () => boolean;

  /** Creations wait until a list shows that pending snapshots are ready. */
  readonly isRoomWaitedFor: () => boolean;

  /** A list says something new of the disk. */
  readonly onChange: (entry: DiskEntry) => void;
  readonly onEnd: () => void;
  readonly about: (entry: DiskEntry) => DiskContext;
}

/** Lists one location whole, when it is time, and turns what the list says into facts about its disks. */
export class LocationLister {
  readonly #disks: Disks;
  readonly #context: LoopContext;
  readonly #ports: ListerPorts;
  readonly #looks = new WakeHeap();
  /** Disks that a list may change even if it shows the same. */
  readonly #waiting = new Set<DiskEntry>();
  #isUnderWay = false;
  #allowance: ListAllowance = fullAllowance;
  #isApplying = false;
  #soonest: Monotonic;
  /** `undefined`: the last list failed, or there was none. */
  #soonestForRoom: Monotonic | undefined;
  #latest: Monotonic;
  #failures = 0;

  constructor(disks: Disks, context: LoopContext, ports: ListerPorts) {
    this.#disks = disks;
    this.#context = context;
    this.#ports = ports;
    // What a process before this one wrote a moment ago may be missing until lists must show it.
    this.#soonest = (context.aloneSince ?? context.clock.monotonic()) + listLag(disks.location);
    this.#latest = this.#soonest;
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** A list ended, and what it had of each disk is not known of all disks yet: nothing may be decided. */
  get isApplying(): boolean {
    return this.#isApplying;
  }

  /** When to list next; infinity while a list is under way, or nothing is there that a list could be about. */
  get nextAt(): Monotonic {
    if (this.#isUnderWay || this.#disks.isEmpty) return Number.POSITIVE_INFINITY;
    const soonest =
      this.#soonestForRoom !== undefined && this.#ports.isRoomWaitedFor() ? this.#soonestForRoom : this.#soonest;
    return Math.max(soonest, Math.min(this.#latest, this.#looks.nextAt));
  }

  /** The rules are others now: they may ask for lists sooner, or more rarely. */
  pace(): void {
    const { list } = this.#disks.location;
    if (list === undefined || this.#failures > 0) return;
    this.#soonest = soonestListAt(list.begunAt, list.endedAt, this.#allowance, this.#disks.shortestInterval);
  }

  /** Notes when a list is wanted for the disk: to see what became of a snapshot, or because its plan asks for one. */
  lookFor(entry: DiskEntry, wantedAt: Monotonic): void {
    const { state } = entry;
    const { list } = this.#disks.location;
    if (isQuiet(entry) && wantedAt === Number.POSITIVE_INFINITY && pendingSince(entry, this.#context).length === 0) {
      this.#waiting.delete(entry);
      this.#looks.delete(state.disk.id);
      return;
    }
    this.#waiting.add(entry);
    if (list === undefined) return;
    const interval = this.#disks.intervalOf(state);
    let at = wantedAt;
    const expected = state.makings.length === 0 ? 0 : Math.min(...state.makings);
    for (const since of pendingSince(entry, this.#context)) {
      at = Math.min(at, lookAt(list.begunAt, since, interval, expected));
    }
    if (entry.awaitsList || state.listsToAgree > 0) {
      at = Math.min(at, lookAt(list.begunAt, list.begunAt - 1, interval, 0));
    }
    this.#looks.set(state.disk.id, at);
  }

  /** Lists. Never rejects: a list that fails is tried again later, and nothing of it counts. */
  async list(abort: AbortSignal): Promise<void> {
    this.#isUnderWay = true;
    const begunAt = this.#context.clock.monotonic();
    try {
      await this.#list(begunAt, abort);
    } catch (cause) {
      this.#failed(asBackendError(cause), begunAt);
    } finally {
      this.#isUnderWay = false;
      this.#ports.onEnd();
    }
  }

  async #list(begunAt: Monotonic, abort: AbortSignal): Promise<void> {
    const { clock, policy, onEvent, callTimeout } = this.#context;
    const { location } = this.#disks.location;
    const labels = { [policy.authorLabelKey]: policy.authorLabel };
    using rows = await withinTime(
      `listing the snapshots of ${location}`,
      abort,
      clock,
      LIST_TIMEOUT_FACTOR * callTimeout,
      (signal) => readLocation(this.#ports.storage(), { location, labels, clock }, signal),
    );
    if (!this.#ports.isServing()) return;
    const ended = momentOf(clock);
    const before = this.#disks.location.list;
    const list = this.#disks.listed(begunAt, ended);
    this.#failures = 0;
    const { shortestInterval } = this.#disks;
    this.#allowance = spendList(this.#allowance, begunAt, shortestInterval);
    this.#soonest = soonestListAt(begunAt, ended.monotonic, this.#allowance, shortestInterval);
    this.#soonestForRoom = Math.min(this.#soonest, soonestListForRoomAt(begunAt, ended.monotonic));
    this.#latest = latestListAt(ended.monotonic);
    this.#isApplying = true;
    try {
      if (!(await this.#applyList(rows, list, before))) return;
    } finally {
      this.#isApplying = false;
    }
    const took: Milliseconds = ended.monotonic - begunAt;
    onEvent({ type: "call.ended", ...this.#about(), kind: "list", took, code: undefined });
    onEvent({
      type: "location.listed",
      ...this.#about(),
      snapshots: rows.count,
      unattributed: rows.unattributed,
      took,
    });
  }

  #failed(error: BackendError, begunAt: Monotonic): void {
    if (!this.#ports.isServing()) return;
    const { clock, onEvent } = this.#context;
    this.#failures++;
    const delay = listRetryDelay(this.#failures, error);
    this.#soonest = clock.monotonic() + delay;
    this.#soonestForRoom = undefined;
    this.#latest = this.#soonest;
    onEvent({
      type: "call.ended",
      ...this.#about(),
      kind: "list",
      took: clock.monotonic() - begunAt,
      code: error.code,
    });
    onEvent({ type: "location.failed", ...this.#about(), error, retryAt: clock.wall() + delay });
  }

  /**
   * A disk that is not in the list has no snapshots; one of which the list says the same as before is left as it is.
   *
   * @returns whether it was applied to all disks: the location may be another process's meanwhile
   */
  async #applyList(rows: LocationRows, list: WholeList, before: WholeList | undefined): Promise<boolean> {
    const waiting = new Set(this.#waiting);
    const apply = (id: string): void => {
      const entry = this.#disks.get(id);
      this.#listed(entry, rows.disks.get(id), rows.unlabelled.get(id) ?? 0, list, before);
      waiting.delete(entry);
    };
    const isServing = () => this.#ports.isServing();
    if (!(await inSlices(rows.disks.keys(), this.#context.clock, apply, isServing))) return false;
    const others = function* (disks: Disks): Generator<string> {
      for (const { state } of disks) if (!rows.disks.has(state.disk.id)) yield state.disk.id;
    };
    if (!(await inSlices(others(this.#disks), this.#context.clock, apply, isServing))) return false;
    for (const entry of waiting) if (this.#disks.find(entry.state.disk.id) !== entry) this.#waiting.delete(entry);
    return true;
  }

  #listed(
    entry: DiskEntry,
    rows: DiskRows | undefined,
    unlabelled: number,
    list: WholeList,
    before: WholeList | undefined,
  ): void {
    const fingerprint = rows?.fingerprint ?? 0;
    const isSame = fingerprint === entry.fingerprint && unlabelled === entry.state.unlabelled;
    if (before !== undefined && isSame && isQuiet(entry)) {
      entry.sizes = SnapshotSizes.of(entry.state.table, rows, entry.sizes);
      if (this.#waiting.has(entry)) this.#ports.onChange(entry);
      return;
    }
    entry.fingerprint = fingerprint;
    const was = entry.state;
    const snapshots = rows?.snapshots() ?? [];
    this.#disks.apply(entry, { type: "disk.listed", list, before, snapshots, unlabelled });
    entry.sizes = SnapshotSizes.of(entry.state.table, rows, entry.sizes);
    this.#ports.onChange(entry);
    this.#emitChanges(entry, was, before === undefined);
  }

  #emitChanges(entry: DiskEntry, was: DiskEntry["state"], isFirst: boolean): void {
    const { onEvent, clock } = this.#context;
    const about = this.#ports.about(entry);
    const { becameReady, becameFailed, vanished } = listChanges(was, entry.state, isFirst);
    for (const { id, createdAt } of becameReady) {
      const took = entry.state.makings[0] ?? Math.max(0, clock.wall() - createdAt);
      onEvent({ type: "snapshot.ready", ...about, snapshot: { id, createdAt }, took });
    }
    for (const { id, createdAt } of vanished) {
      onEvent({ type: "snapshot.vanished", ...about, snapshot: { id, createdAt } });
    }
    for (const { id, marks } of becameFailed) {
      const why = marks.failure === undefined ? "" : `: ${marks.failure}`;
      const error = new BackendError(
        "unexpected",
        `snapshot ${id} of ${about.disk.id} failed in the storage system${why}`,
      );
      onEvent({ type: "snapshot.failed", ...about, error, retryAt: undefined });
    }
  }

  #about(): { readonly backend: string; readonly location: string } {
    const { backend, location } = this.#disks.location;
    return { backend, location };
  }
}

/** Since when each snapshot of the disk is waited for. */
function pendingSince({ state }: DiskEntry, { clock }: LoopContext): Monotonic[] {
  const offset = clock.wall() - clock.monotonic();
  const since: Monotonic[] = state.accepted.map(({ acceptedAt }) => acceptedAt);
  for (let index = 0; index < state.table.length; index++) {
    const letter = state.table.states[index]?.toLowerCase();
    if (letter === "p" || letter === "u") since.push((state.table.createdAt[index] as number) - offset);
  }
  if (state.creation?.inDoubtSince !== undefined) since.push(state.creation.inDoubtSince);
  return since;
}
