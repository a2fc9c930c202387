import { BackendError, type Snapshot, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import type { DiskPlan, PlannedCreation, PlannedDeletion } from "../planner/disk-plan.ts";
import type { DiskView } from "../planner/disk-view.ts";
import { planDisk, planDiskCreation } from "../planner/plan-disk.ts";
import { authorLabels } from "../planner/snapshot-labels.ts";
import type { Policy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import type { DiskContext, SchedulerEvent } from "../scheduler-event.ts";
import { backoff } from "./backoff.ts";
import { callBackend, checkSnapshot } from "./call-backend.ts";
import { DiskState } from "./disk-state.ts";
import { type LastList, nextListAt, type PendingSince } from "./list-pace.ts";
import { type LocationList, readLocation } from "./read-location.ts";
import { WakeSignal } from "./wake-signal.ts";

/** What all locations share. */
export interface WorkerContext {
  readonly clock: Clock;

  /**
   * When the process began, in milliseconds since 1970. What a process before it wrote a moment ago may be missing from
   * lists until their lag is over, so none is begun earlier.
   */
  readonly startedAt: number;
  readonly policy: Policy;

  /** In [0, 1). */
  readonly random: () => number;

  readonly onEvent: (event: SchedulerEvent) => void;

  /** Most requests to one location at once. */
  readonly concurrency: number;

  /** How long one call may take, in milliseconds; a list, which is many requests, ten times that. */
  readonly callLimitMs: number;
}

const LIST_LIMIT_FACTOR = 10;

interface DeletionTask {
  readonly state: DiskState;
  readonly rule: Rule | undefined;
  readonly batch: { left: number; deleted: number; failed: number };
  readonly deletion: PlannedDeletion;
}

/**
 * Serves the disks of one location: observe, plan, apply, wait. Locations know nothing of each other, so that one that
 * is slow or away holds up no other.
 */
export class LocationWorker {
  readonly backend: SnapshotBackend;
  readonly location: string;
  readonly #context: WorkerContext;
  readonly #disks = new Map<string, DiskState>();
  readonly #toPlan = new Set<DiskState>();
  readonly #toCreate = new Set<DiskState>();
  readonly #toDelete: DeletionTask[] = [];
  readonly #wake = new WakeSignal();
  #unresolved: ReadonlySet<string> = new Set();
  #requests = 0;
  #listing = false;
  #listAt: number;
  #lastList: LastList | undefined;
  #listFailures = 0;
  #pausedUntil = 0;
  #throttles = 0;
  #lastStepAt: number;

  constructor(backend: SnapshotBackend, location: string, context: WorkerContext) {
    this.backend = backend;
    this.location = location;
    this.#context = context;
    this.#lastStepAt = context.clock.now();
    this.#listAt = context.startedAt + (backend.capabilities.listLagMs ?? 0);
  }

  /** When it last looked at its disks, in milliseconds since 1970. */
  get lastStepAt(): number {
    return this.#lastStepAt;
  }

  /** When the last whole list was begun; `undefined` if there was none yet. */
  get listedAt(): number | undefined {
    return this.#lastList?.startedAt;
  }

  get disks(): Iterable<DiskState> {
    return this.#disks.values();
  }

  /** The rules of this location, all of them: a disk that is not among them has none any more. */
  setRules(rules: readonly Rule[], unresolved: ReadonlySet<string>): void {
    this.#unresolved = unresolved;
    const wanted = new Map(rules.map((rule) => [rule.disk.id, rule]));
    for (const rule of rules) {
      const state = this.#stateOf(rule.disk.id);
      if (state.rule !== rule) this.#setRule(state, rule);
    }
    for (const [id, state] of this.#disks) {
      if (state.rule !== undefined && !wanted.has(id)) this.#setRule(state, undefined);
    }
    this.#wake.fire();
  }

  /** What would be done now for each disk. Changes nothing. */
  *plan(): Generator<{ readonly context: DiskContext; readonly plan: DiskPlan }> {
    for (const state of this.#disks.values()) yield { context: this.#about(state), plan: this.#planOf(state) };
  }

  /** @param stop - begins nothing new when it fires; requests under way are waited for */
  async run(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    stop.addEventListener("abort", () => this.#wake.fire(), { once: true });
    while (!stop.aborted) {
      const now = this.#context.clock.now();
      this.#lastStepAt = now;
      this.#observe(now, abort);
      const wakeAt = this.#planDue(now);
      this.#apply(now, abort);
      const resumeAt = this.#pausedUntil > now ? this.#pausedUntil : Number.POSITIVE_INFINITY;
      await this.#wake.wait(this.#context.clock, Math.min(wakeAt, resumeAt, this.#nextListAt()) - now);
    }
    while (this.#requests > 0 || this.#listing) await this.#wake.wait(this.#context.clock, Number.POSITIVE_INFINITY);
  }

  #call<T>(what: string, abort: AbortSignal, patience: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, callLimitMs } = this.#context;
    return callBackend(what, call, { clock, limitMs: patience * callLimitMs, abort });
  }

  #nextListAt(): number {
    return this.#listing ? Number.POSITIVE_INFINITY : this.#listAt;
  }

  #observe(now: number, abort: AbortSignal): void {
    if (now < this.#nextListAt()) return;
    this.#listing = true;
    void this.#list(abort).finally(() => {
      this.#listing = false;
      this.#wake.fire();
    });
  }

  async #list(abort: AbortSignal): Promise<void> {
    const { clock, policy, onEvent } = this.#context;
    const startedAt = clock.now();
    const about = { backend: this.backend.name, location: this.location };
    let list: LocationList;
    try {
      const labels = authorLabels(policy);
      list = await this.#call(`listing the snapshots of ${this.location}`, abort, LIST_LIMIT_FACTOR, (signal) =>
        readLocation(this.backend, this.location, labels, signal),
      );
    } catch (cause) {
      const error = cause as BackendError;
      this.#listFailures++;
      this.#listAt = clock.now() + backoff(error, this.#listFailures, this.#context.random());
      onEvent({ type: "location.error", ...about, error, retryAt: this.#listAt });
      return;
    }
    const endedAt = clock.now();
    this.#listFailures = 0;
    this.#lastList = { startedAt, endedAt, shortestInterval: this.#shortestInterval() };
    this.#takeIn(list.byDisk, startedAt, endedAt);
    this.#listAt = nextListAt(this.#lastList, this.#pending());
    onEvent({ type: "location.listed", ...about, snapshots: list.count, tookMs: endedAt - startedAt });
  }

  #takeIn(byDisk: ReadonlyMap<string, readonly Snapshot[]>, startedAt: number, now: number): void {
    for (const id of byDisk.keys()) this.#stateOf(id);
    const listLagMs = this.backend.capabilities.listLagMs ?? 0;
    for (const [id, state] of this.#disks) {
      const outcome = state.applyList(byDisk.get(id) ?? [], startedAt, now, listLagMs);
      if (!outcome.changed) continue;
      this.#toPlan.add(state);
      for (const snapshot of outcome.becameReady) {
        const tookMs = now - snapshot.createdAt.getTime();
        this.#context.onEvent({ type: "snapshot.created", ...this.#about(state), snapshot, tookMs });
      }
      for (const snapshot of outcome.vanished) {
        this.#context.onEvent({ type: "snapshot.vanished", ...this.#about(state), snapshot });
      }
      for (const snapshot of outcome.becameFailed) this.#backOffFromFailed(state, snapshot, now);
      if (state.isEmpty()) this.#disks.delete(id);
    }
  }

  #backOffFromFailed(state: DiskState, snapshot: Snapshot, now: number): void {
    const error = new BackendError("unexpected", `${snapshot.id} of ${state.disk.id} failed in the storage system`, {
      retryable: true,
    });
    const retryAt = now + backoff(error, state.failedSnapshots, this.#context.random());
    state.retryNotBefore(retryAt);
    this.#context.onEvent({ type: "snapshot.error", ...this.#about(state), error, retryAt });
  }

  *#pending(): Generator<PendingSince> {
    for (const state of this.#disks.values()) yield* state.pending();
  }

  /** Plans the disks that changed or whose time has come; answers when the next one's time comes. */
  #planDue(now: number): number {
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const state of this.#disks.values()) {
      if (state.wakeAt <= now) {
        if (state.rule === undefined) state.grant(1);
        this.#toPlan.add(state);
      }
    }
    for (const state of this.#toPlan) this.#take(state, this.#planOf(state));
    this.#toPlan.clear();
    for (const state of this.#disks.values()) wakeAt = Math.min(wakeAt, state.wakeAt);
    return wakeAt;
  }

  #planOf(state: DiskState): DiskPlan {
    const now = this.#context.clock.now();
    try {
      return planDisk(now, this.#viewOf(state), this.#context.policy);
    } catch (error) {
      return failedPlan(now, state, error);
    }
  }

  #creationOf(state: DiskState, now: number): PlannedCreation | undefined {
    try {
      return planDiskCreation(now, this.#viewOf(state), this.#context.policy);
    } catch {
      this.#toPlan.add(state);
      return undefined;
    }
  }

  #viewOf(state: DiskState): DiskView {
    return state.view(this.backend.capabilities, this.#unresolved);
  }

  #take(state: DiskState, plan: DiskPlan): void {
    const due = plan.wakeAt !== state.wakeAt && plan.wakeAt !== Number.POSITIVE_INFINITY && state.rule !== undefined;
    state.wakeAt = plan.wakeAt;
    if (due) this.#context.onEvent({ type: "snapshot.scheduled", ...this.#about(state), dueAt: plan.wakeAt });
    if (plan.creation === undefined) this.#toCreate.delete(state);
    else if (!state.creating) this.#toCreate.add(state);
    if (plan.deletions.length > 0 && state.deletionsUnderWay === 0) this.#enqueue(state, plan);
    this.#sayHolds(state, plan);
  }

  #enqueue(state: DiskState, { deletions, kept }: DiskPlan): void {
    const { onEvent } = this.#context;
    const batch = { left: deletions.length, deleted: 0, failed: 0 };
    state.deletionsUnderWay = deletions.length;
    state.spend(deletions.filter(({ reason }) => reason.kind !== "failed").length);
    onEvent({ type: "expire.started", ...this.#about(state), deletions });
    onEvent({ type: "expire.kept", ...this.#about(state), kept });
    for (const deletion of deletions) this.#toDelete.push({ state, rule: state.rule, batch, deletion });
  }

  #sayHolds(state: DiskState, { holds }: DiskPlan): void {
    const said = (holds: DiskPlan["holds"]): string => holds.map(({ what, reason }) => `${what} ${reason}`).join();
    if (said(holds) !== said(state.holds)) this.#context.onEvent({ type: "disk.held", ...this.#about(state), holds });
    state.holds = holds;
  }

  /** Creations first: a late snapshot is worse than one too many. */
  #apply(now: number, abort: AbortSignal): void {
    if (now < this.#pausedUntil) return;
    let mayCreate = this.#toCreate.size === 0 ? 0 : this.#creationsLeft();
    for (const state of this.#toCreate) {
      if (this.#requests >= this.#context.concurrency || mayCreate <= 0) break;
      this.#toCreate.delete(state);
      const creation = this.#creationOf(state, now);
      if (creation === undefined) continue;
      mayCreate--;
      this.#begin(this.#create(state, creation, abort));
    }
    while (this.#requests < this.#context.concurrency) {
      const task = this.#toDelete.shift();
      if (task === undefined) return;
      this.#begin(this.#delete(task, abort));
    }
  }

  /** How many more snapshots may be pending in this location. */
  #creationsLeft(): number {
    const most = this.backend.capabilities.maxPendingPerLocation;
    if (most === undefined) return Number.POSITIVE_INFINITY;
    let pending = 0;
    for (const state of this.#disks.values()) {
      if (state.creating) pending++;
      for (const snapshot of state.snapshots()) if (snapshot.state === "pending") pending++;
    }
    return most - pending;
  }

  #begin(request: Promise<void>): void {
    this.#requests++;
    void request.finally(() => {
      this.#requests--;
      this.#wake.fire();
    });
  }

  async #create(state: DiskState, creation: PlannedCreation, abort: AbortSignal): Promise<void> {
    const { clock, onEvent } = this.#context;
    const begunAt = clock.now();
    state.creating = true;
    onEvent({ type: "snapshot.start", ...this.#about(state), creation });
    try {
      const snapshot = await this.#call(`creating ${creation.request.name}`, abort, 1, async (signal) =>
        checkSnapshot(await this.backend.createSnapshot(creation.request, { signal })),
      );
      state.creationAnswered(snapshot, begunAt, clock.now());
      this.#throttles = 0;
      onEvent({ type: "snapshot.accepted", ...this.#about(state), snapshot, lateMs: begunAt - creation.dueAt });
      this.#lookForNew(state);
    } catch (cause) {
      const error = cause as BackendError;
      const delay = this.#delayAfter(error, state.failures + 1);
      state.creationFailed(creation, error, clock.now(), delay);
      onEvent({ type: "snapshot.error", ...this.#about(state), error, retryAt: clock.now() + delay });
    }
    this.#toPlan.add(state);
  }

  #shortestInterval(): number {
    let shortest = Number.POSITIVE_INFINITY;
    for (const state of this.#disks.values()) shortest = Math.min(shortest, state.interval);
    return shortest;
  }

  #lookForNew(state: DiskState): void {
    if (this.#lastList === undefined) return;
    this.#listAt = Math.min(this.#listAt, nextListAt(this.#lastList, state.pending()));
  }

  async #delete({ state, rule, batch, deletion }: DeletionTask, abort: AbortSignal): Promise<void> {
    const { clock, onEvent } = this.#context;
    const about = this.#about(state);
    if (state.rule === rule && !state.isCreating()) {
      onEvent({ type: "expire.delete", ...about, deletion });
      try {
        await this.#call(`deleting ${deletion.snapshot.id}`, abort, 1, (signal) =>
          this.backend.deleteSnapshot(deletion.snapshot, { signal }),
        );
        state.deletionAnswered(deletion.snapshot.id, clock.now());
        batch.deleted++;
        onEvent({ type: "snapshot.expired", ...about, deletion });
      } catch (cause) {
        const error = cause as BackendError;
        this.#delayAfter(error, 1);
        batch.failed++;
        onEvent({ type: "expire.error", ...about, deletion, error });
      }
    }
    state.deletionsUnderWay--;
    batch.left--;
    if (batch.left > 0) return;
    onEvent({ type: "expire.complete", ...about, deleted: batch.deleted, failed: batch.failed });
    this.#toPlan.add(state);
  }

  /** After `throttled`, the whole location pauses. */
  #delayAfter(error: BackendError, failures: number): number {
    const delay = backoff(error, failures, this.#context.random());
    if (error.code === "throttled") {
      this.#throttles++;
      const now = this.#context.clock.now();
      this.#pausedUntil = now + backoff(error, this.#throttles, this.#context.random());
    }
    return delay;
  }

  #setRule(state: DiskState, rule: Rule | undefined): void {
    state.rule = rule;
    this.#toPlan.add(state);
  }

  #stateOf(id: string): DiskState {
    let state = this.#disks.get(id);
    if (state === undefined) {
      state = new DiskState({ location: this.location, id });
      this.#disks.set(id, state);
    }
    return state;
  }

  #about(state: DiskState): DiskContext {
    return { backend: this.backend.name, disk: state.disk, rule: state.rule };
  }
}

const REPLAN_AFTER = 60 * 60_000;

/** Safety rule 9: a disk that cannot be planned is left as it is, and holds up no other. */
function failedPlan(now: number, { disk, rule }: DiskState, error: unknown): DiskPlan {
  const message = `planning ${disk.id} failed: ${error instanceof Error ? error.message : String(error)}`;
  return {
    creation: undefined,
    deletions: [],
    kept: [],
    holds: [{ what: "creation", reason: "PlanFailed", message, snapshots: [] }],
    wakeAt: rule === undefined ? Number.POSITIVE_INFINITY : now + REPLAN_AFTER,
  };
}
