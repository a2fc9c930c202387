import { BackendError, DEFAULT_LIST_LAG_MS, type Snapshot, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { authorLabels } from "../planner/snapshot-labels.ts";
import { backoff } from "./backoff.ts";
import { asBackendError, callBackend } from "./call-backend.ts";
import type { DiskState } from "./disk-state.ts";
import { type LastList, nextListAt } from "./list-pace.ts";
import type { LocationDisks } from "./location-disks.ts";
import { readLocation } from "./read-location.ts";
import type { WorkerContext } from "./worker-context.ts";

/** A list is many requests. */
const PATIENCE = 10;

/** Observes: lists one location whole, when it is time, and tells its disks what the list says. */
export class LocationListing {
  readonly #backend: SnapshotBackend;
  readonly #location: string;
  readonly #disks: LocationDisks;
  readonly #context: WorkerContext;
  #underWay = false;
  #nextAt: number;
  #last: LastList | undefined;
  #failures = 0;

  constructor(backend: SnapshotBackend, location: string, disks: LocationDisks, context: WorkerContext) {
    this.#backend = backend;
    this.#location = location;
    this.#disks = disks;
    this.#context = context;
    this.#nextAt = context.startedAt + (backend.capabilities.listLagMs ?? DEFAULT_LIST_LAG_MS);
  }

  get isUnderWay(): boolean {
    return this.#underWay;
  }

  /** When to list next; infinity while a list is under way. */
  get nextAt(): number {
    return this.#underWay ? Number.POSITIVE_INFINITY : this.#nextAt;
  }

  /** A snapshot of the disk was just begun: list in time to see what became of it. */
  lookFor(state: DiskState): void {
    if (this.#last !== undefined)
      this.#nextAt = Math.min(this.#nextAt, nextListAt(this.#last, this.#disks.pending([state])));
  }

  /** The rules are others now: what is waited for may be waited for sooner. */
  rulesChanged(): void {
    if (this.#last === undefined || this.#failures > 0) return;
    this.#last = { ...this.#last, shortestInterval: this.#disks.shortestInterval() };
    this.#nextAt = nextListAt(this.#last, this.#disks.pending());
  }

  /**
   * Lists. Never rejects: a list that fails is tried again later, and nothing of it counts.
   *
   * @returns the disks for which the list says something new
   */
  async list(abort: AbortSignal): Promise<readonly DiskState[]> {
    this.#underWay = true;
    try {
      return await this.#list(abort);
    } catch (cause) {
      const error = asBackendError(cause);
      this.#failures++;
      this.#nextAt = this.#context.clock.now() + backoff(error, this.#failures, this.#context.random());
      this.#context.onEvent({ type: "location.error", ...this.#about(), error, retryAt: this.#nextAt });
      return [];
    } finally {
      this.#underWay = false;
    }
  }

  async #list(abort: AbortSignal): Promise<readonly DiskState[]> {
    const { clock, policy, onEvent, callLimitMs } = this.#context;
    const startedAt = clock.now();
    const list = await callBackend(
      `listing the snapshots of ${this.#location}`,
      (signal) => readLocation(this.#backend, this.#location, authorLabels(policy), signal),
      { clock, limitMs: PATIENCE * callLimitMs, abort },
    );
    const endedAt = clock.now();
    this.#failures = 0;
    this.#last = { startedAt, endedAt, shortestInterval: this.#disks.shortestInterval() };
    const changed = this.#takeIn(list.byDisk, startedAt, endedAt);
    this.#nextAt = nextListAt(this.#last, this.#disks.pending());
    onEvent({ type: "location.listed", ...this.#about(), snapshots: list.count, tookMs: endedAt - startedAt });
    return changed;
  }

  #takeIn(byDisk: ReadonlyMap<string, readonly Snapshot[]>, startedAt: number, now: number): DiskState[] {
    const { onEvent } = this.#context;
    const changed: DiskState[] = [];
    for (const { state, outcome } of this.#disks.applyList(byDisk, startedAt, now)) {
      changed.push(state);
      const about = this.#disks.about(state);
      for (const snapshot of outcome.becameReady) {
        onEvent({ type: "snapshot.created", ...about, snapshot, tookMs: now - snapshot.createdAt.getTime() });
      }
      for (const snapshot of outcome.vanished) onEvent({ type: "snapshot.vanished", ...about, snapshot });
      for (const snapshot of outcome.becameFailed) this.#backOffFromFailed(state, snapshot, now);
    }
    return changed;
  }

  #backOffFromFailed(state: DiskState, snapshot: Snapshot, now: number): void {
    const why = snapshot.failure === undefined ? "" : `: ${snapshot.failure}`;
    const message = `${snapshot.id} of ${state.disk.id} failed in the storage system${why}`;
    const error = new BackendError("unexpected", message, { retryable: true });
    const retryAt = now + backoff(error, state.failedSnapshots, this.#context.random());
    state.retryNotBefore(retryAt);
    this.#context.onEvent({ type: "snapshot.error", ...this.#disks.about(state), error, retryAt });
  }

  #about(): { backend: string; location: string } {
    return { backend: this.#backend.name, location: this.#location };
  }
}
