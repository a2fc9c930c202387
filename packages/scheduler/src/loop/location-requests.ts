import type { BackendError, SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { PlannedCreation, PlannedDeletion } from "../planner/disk-plan.ts";
import type { Rule } from "../rule.ts";
import { backoff } from "./backoff.ts";
import { callBackend, checkSnapshot } from "./call-backend.ts";
import type { DiskState } from "./disk-state.ts";
import type { LocationDisks } from "./location-disks.ts";
import { RequestPace } from "./request-pace.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Deletions that were planned off one list, and what became of them so far. */
export interface DeletionBatch {
  readonly state: DiskState;
  readonly rule: Rule | undefined;
  left: number;
  deleted: number;
  failed: number;
}

/** Applies: sends the requests of one location, no more at once and no faster than it can take. */
export class LocationRequests {
  readonly #backend: SnapshotBackend;
  readonly #disks: LocationDisks;
  readonly #context: WorkerContext;
  readonly #pace: RequestPace;
  #underWay = 0;
  #pausedUntil = 0;
  #throttles = 0;

  constructor(backend: SnapshotBackend, disks: LocationDisks, context: WorkerContext) {
    this.#backend = backend;
    this.#disks = disks;
    this.#context = context;
    const { callsPerSecond: { create = Number.POSITIVE_INFINITY, delete: deletions = create } = {} } =
      backend.capabilities;
    const perSecond = Math.min(create, deletions);
    this.#pace = new RequestPace(perSecond, context.clock.now());
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** When the next request may begin; infinity if first another one must end. */
  nextAt(now: number): number {
    if (this.#underWay >= this.#context.concurrency) return Number.POSITIVE_INFINITY;
    return Math.max(this.#pausedUntil, this.#pace.nextAt(now));
  }

  /** Begins a snapshot. Never rejects. */
  async create(state: DiskState, creation: PlannedCreation, abort: AbortSignal): Promise<void> {
    const { clock, onEvent } = this.#context;
    const about = this.#disks.about(state);
    const begunAt = clock.now();
    state.creating = true;
    onEvent({ type: "snapshot.start", ...about, creation });
    try {
      const snapshot = await this.#send(`creating ${creation.request.name}`, abort, async (signal) =>
        checkSnapshot(await this.#backend.createSnapshot(creation.request, { signal })),
      );
      state.creationAnswered(snapshot, begunAt, clock.now());
      onEvent({ type: "snapshot.accepted", ...about, snapshot, lateMs: begunAt - creation.dueAt });
    } catch (cause) {
      const error = cause as BackendError;
      const delay = backoff(error, state.failures + 1, this.#context.random());
      state.creationFailed(creation, error, clock.now(), delay);
      onEvent({ type: "snapshot.error", ...about, error, retryAt: clock.now() + delay });
    }
  }

  /**
   * Deletes a snapshot, unless something has changed since that was planned. Never rejects.
   *
   * @returns whether it was the last one of its batch
   */
  async delete(batch: DeletionBatch, deletion: PlannedDeletion, abort: AbortSignal): Promise<boolean> {
    const { onEvent } = this.#context;
    const { state, rule } = batch;
    const about = this.#disks.about(state);
    if (state.rule === rule && !state.isCreating()) await this.#delete(batch, deletion, abort);
    state.deletionsUnderWay--;
    batch.left--;
    if (batch.left > 0) return false;
    onEvent({ type: "expire.complete", ...about, deleted: batch.deleted, failed: batch.failed });
    return true;
  }

  async #delete(batch: DeletionBatch, deletion: PlannedDeletion, abort: AbortSignal): Promise<void> {
    const { clock, onEvent } = this.#context;
    const { state } = batch;
    const about = this.#disks.about(state);
    onEvent({ type: "expire.delete", ...about, deletion });
    try {
      await this.#send(`deleting ${deletion.snapshot.id}`, abort, (signal) =>
        this.#backend.deleteSnapshot(deletion.snapshot, { signal }),
      );
      state.deletionAnswered(deletion.snapshot.id, clock.now());
      batch.deleted++;
      onEvent({ type: "snapshot.expired", ...about, deletion });
    } catch (cause) {
      const error = cause as BackendError;
      state.deletionFailed(clock.now() + backoff(error, state.failedDeletions + 1, this.#context.random()));
      batch.failed++;
      onEvent({ type: "expire.error", ...about, deletion, error });
    }
  }

  async #send<T>(what: string, abort: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, callLimitMs } = this.#context;
    this.#underWay++;
    this.#pace.take(clock.now());
    try {
      const answer = await callBackend(what, call, { clock, limitMs: callLimitMs, abort });
      this.#throttles = 0;
      return answer;
    } catch (error) {
      this.#pauseAfter(error as BackendError);
      throw error;
    } finally {
      this.#underWay--;
    }
  }

  /** After `throttled`, the whole location pauses. */
  #pauseAfter(error: BackendError): void {
    if (error.code !== "throttled") return;
    this.#throttles++;
    this.#pausedUntil = this.#context.clock.now() + backoff(error, this.#throttles, this.#context.random());
  }
}
