import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { DiskPlan, PlannedCreation, PlannedDeletion } from "../planner/disk-plan.ts";
import { planDiskCreation } from "../planner/plan-disk.ts";
import type { Rule } from "../rule.ts";
import type { DiskContext, DiskInspection } from "../scheduler-event.ts";
import type { DiskState } from "./disk-state.ts";
import { LocationDisks } from "./location-disks.ts";
import { LocationListing } from "./location-listing.ts";
import { type DeletionBatch, LocationRequests } from "./location-requests.ts";
import { planState } from "./plan-state.ts";
import { WakeSignal } from "./wake-signal.ts";
import type { WorkerContext } from "./worker-context.ts";

/**
 * Serves the disks of one location: observe, plan, apply, wait. Locations know nothing of each other, so that one that
 * is slow or away holds up no other.
 */
export class LocationWorker {
  readonly backend: SnapshotBackend;
  readonly location: string;
  readonly #context: WorkerContext;
  readonly #disks: LocationDisks;
  readonly #listing: LocationListing;
  readonly #requests: LocationRequests;
  readonly #toPlan = new Set<DiskState>();
  readonly #toCreate = new Set<DiskState>();
  readonly #toDelete: { readonly batch: DeletionBatch; readonly deletion: PlannedDeletion }[] = [];
  readonly #wake = new WakeSignal();
  #lastStepAt: number;

  constructor(backend: SnapshotBackend, location: string, context: WorkerContext) {
    this.backend = backend;
    this.location = location;
    this.#context = context;
    this.#disks = new LocationDisks(backend, location);
    this.#listing = new LocationListing(backend, location, this.#disks, context);
    this.#requests = new LocationRequests(backend, this.#disks, context);
    this.#lastStepAt = context.clock.now();
  }

  /** When it last looked at its disks, in milliseconds since 1970. */
  get lastStepAt(): number {
    return this.#lastStepAt;
  }

  /** When the last whole list was begun; `undefined` if there was none yet. */
  get listedAt(): number | undefined {
    return this.#disks.listedAt;
  }

  /** See {@link LocationDisks.setRules}. */
  setRules(rules: readonly Rule[], unresolved: ReadonlySet<string>): void {
    const changed = this.#disks.setRules(rules, unresolved);
    this.#listing.rulesChanged();
    this.#planAgain(changed);
  }

  /** What would be done now for each disk. Changes nothing. */
  *plan(): Generator<{ readonly context: DiskContext; readonly plan: DiskPlan }> {
    for (const state of this.#disks) yield { context: this.#disks.about(state), plan: this.#planOf(state) };
  }

  /** One disk as it is known now, and what would be done for it; `undefined` if there is no such disk. */
  inspect(id: string): DiskInspection | undefined {
    const state = this.#disks.find(id);
    return state && { ...this.#disks.about(state), view: this.#disks.viewOf(state), plan: this.#planOf(state) };
  }

  /** @param stop - begins nothing new when it fires; requests under way are waited for */
  async run(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    stop.addEventListener("abort", () => this.#wake.fire(), { once: true });
    while (!stop.aborted) {
      const now = clock.now();
      this.#lastStepAt = now;
      this.#observe(now, abort);
      this.#plan(now);
      this.#apply(now, abort);
      await this.#wake.wait(clock, this.#nextStepAt(now) - now);
    }
    while (this.#requests.underWay > 0 || this.#listing.isUnderWay) {
      await this.#wake.wait(clock, Number.POSITIVE_INFINITY);
    }
  }

  #observe(now: number, abort: AbortSignal): void {
    if (now >= this.#listing.nextAt) void this.#listing.list(abort).then((changed) => this.#planAgain(changed));
  }

  /** Plans the disks about which something is new, or whose time has come. */
  #plan(now: number): void {
    for (const state of this.#disks) {
      if (state.wakeAt > now) continue;
      if (state.rule === undefined) state.grant(1);
      this.#toPlan.add(state);
    }
    for (const state of this.#toPlan) this.#take(state, this.#planOf(state));
    this.#toPlan.clear();
  }

  /** Creations first: a late snapshot is worse than one too many. */
  #apply(now: number, abort: AbortSignal): void {
    let mayCreate = this.#toCreate.size === 0 ? 0 : this.#disks.creationsLeft();
    for (const state of this.#toCreate) {
      if (mayCreate <= 0 || this.#requests.nextAt(now) > now) break;
      this.#toCreate.delete(state);
      const creation = this.#creationOf(state, now);
      if (creation === undefined) continue;
      mayCreate--;
      void this.#requests.create(state, creation, abort).then(() => {
        this.#listing.lookFor(state);
        this.#planAgain([state]);
      });
    }
    while (this.#requests.nextAt(now) <= now) {
      const task = this.#toDelete.shift();
      if (task === undefined) break;
      const { batch, deletion } = task;
      void this.#requests.delete(batch, deletion, abort).then((last) => this.#planAgain(last ? [batch.state] : []));
    }
  }

  #nextStepAt(now: number): number {
    let next = this.#listing.nextAt;
    for (const state of this.#disks) next = Math.min(next, state.wakeAt);
    const waiting = this.#toCreate.size + this.#toDelete.length > 0;
    const resumeAt = this.#requests.nextAt(now);
    return waiting && resumeAt > now ? Math.min(next, resumeAt) : next;
  }

  #take(state: DiskState, plan: DiskPlan): void {
    const isNewTime = plan.wakeAt !== state.wakeAt && plan.wakeAt !== Number.POSITIVE_INFINITY;
    state.wakeAt = plan.wakeAt;
    if (isNewTime && state.rule !== undefined) {
      this.#context.onEvent({ type: "snapshot.scheduled", ...this.#disks.about(state), dueAt: plan.wakeAt });
    }
    if (plan.creation === undefined) this.#toCreate.delete(state);
    else this.#toCreate.add(state);
    if (plan.deletions.length > 0 && state.deletionsUnderWay === 0) this.#enqueue(state, plan);
    this.#sayHolds(state, plan);
  }

  #enqueue(state: DiskState, { deletions, kept }: DiskPlan): void {
    const { onEvent } = this.#context;
    const batch = { state, rule: state.rule, left: deletions.length, deleted: 0, failed: 0 };
    state.deletionsUnderWay = deletions.length;
    state.spend(deletions.filter(({ reason }) => reason.kind !== "failed").length);
    onEvent({ type: "expire.started", ...this.#disks.about(state), deletions });
    onEvent({ type: "expire.kept", ...this.#disks.about(state), kept });
    for (const deletion of deletions) this.#toDelete.push({ batch, deletion });
  }

  #sayHolds(state: DiskState, { holds }: DiskPlan): void {
    const said = (holds: DiskPlan["holds"]): string => holds.map(({ what, reason }) => `${what} ${reason}`).join();
    if (said(holds) !== said(state.holds)) {
      this.#context.onEvent({ type: "disk.held", ...this.#disks.about(state), holds });
    }
    state.holds = holds;
  }

  #planAgain(states: readonly DiskState[]): void {
    for (const state of states) this.#toPlan.add(state);
    this.#wake.fire();
  }

  #planOf(state: DiskState): DiskPlan {
    return planState(this.#context.clock.now(), this.#disks, state, this.#context.policy);
  }

  /** Once more, right before the request: what was true when it was planned may not be any more. */
  #creationOf(state: DiskState, now: number): PlannedCreation | undefined {
    try {
      return planDiskCreation(now, this.#disks.viewOf(state), this.#context.policy);
    } catch {
      this.#toPlan.add(state);
      return undefined;
    }
  }
}
