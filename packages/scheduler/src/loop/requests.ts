import type { BackendError, Disk, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { GuardedOptions, Turn } from "../gate/call-context.ts";
import { listedSnapshot } from "../gate/check-answers.ts";
import { asBackendError } from "../gate/limit-time.ts";
import { type Judge, NotAdmitted } from "../gate/request-gate.ts";
import type { CreationAction, DeletionAction, Plan } from "../planner/disk-plan.ts";
import { explainExpiry } from "../planner/explain.ts";
import { reasons } from "../planner/reason.ts";
import type { DiskContext, EventDeletion } from "../scheduler-event.ts";
import { snapshotsOf } from "../state/disk-snapshots.ts";
import type { RequestedCreation } from "../state/disk-state.ts";
import type { ErrorFacts } from "../state/fact.ts";
import { dueDate } from "../state/present.ts";
import { MINUTE } from "../state/time.ts";
import type { DiskEntry } from "./disk-entry.ts";
import type { Disks } from "./disks.ts";
import type { LoopContext } from "./loop-context.ts";
import { planEntry } from "./plan-entry.ts";

/** Of many deletions that rely on one snapshot not each has to read it. */
const READ_IS_FRESH = MINUTE;

/** What {@link Requests} is connected to. */
export interface RequestPorts {
  readonly storage: () => SnapshotBackend;

  /** Whether anything may be sent: the location is ours, and the program does not stop. */
  readonly isServing: () => boolean;

  /** Whether a list is being taken in: what is known of one disk is newer than what is known of another. */
  readonly isApplying: () => boolean;

  /** Something is new about the disk. */
  readonly onChange: (entry: DiskEntry) => void;
  readonly about: (entry: DiskEntry) => DiskContext;
}

/** Carries plans out: sends what they ask for, and turns the answers into facts. The judge of what may still leave. */
export class Requests implements Judge {
  readonly #disks: Disks;
  readonly #context: LoopContext;
  readonly #ports: RequestPorts;
  /** Deletions that wait for their turn or their answer, and why they were sent. */
  readonly #deletions = new Map<string, { readonly entry: DiskEntry; sent?: EventDeletion }>();
  #underWay = 0;

  constructor(disks: Disks, context: LoopContext, ports: RequestPorts) {
    this.#disks = disks;
    this.#context = context;
    this.#ports = ports;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Emits when the next one is due, and what is not done, where that changed. */
  emitChanges(entry: DiskEntry, plan: Plan): void {
    const { onEvent } = this.#context;
    const about = this.#ports.about(entry);
    entry.awaitsList = plan.awaitsList;
    if (plan.dueAt !== undefined && plan.dueAt !== entry.dueAt && plan.creation === undefined) {
      onEvent({ type: "snapshot.scheduled", ...about, dueAt: plan.dueAt });
    }
    entry.dueAt = plan.dueAt;
    if (keyOf(plan.deferrals) !== keyOf(entry.deferrals)) {
      onEvent({ type: "disk.deferred", ...about, deferrals: plan.deferrals });
    }
    entry.deferrals = plan.deferrals;
    const { readiness } = plan;
    if (readiness?.ready !== entry.readiness?.ready || readiness?.newest !== entry.readiness?.newest) {
      onEvent({ type: "readiness.changed", ...about, readiness });
    }
    entry.readiness = readiness;
  }

  /** Sends what the plan asks for and is not under way. */
  carryOut(entry: DiskEntry, { creation, deletions }: Plan, abort: AbortSignal): void {
    if (creation !== undefined && !entry.isCreating) {
      entry.isCreating = true;
      this.#track(this.#create(entry, creation, abort));
    }
    for (const { id } of deletions) {
      if (entry.deleting?.has(id)) continue;
      entry.deleting ??= new Set();
      entry.deleting.add(id);
      this.#deletions.set(id, { entry });
      this.#track(this.#delete(entry, id, abort));
    }
  }

  admitCreation(disk: Disk): RequestedCreation & { readonly mayExist: boolean } {
    const entry = this.#disks.find(disk.id);
    if (entry === undefined || !this.#mayDecide()) throw new NotAdmitted(`a snapshot of ${disk.id}`, undefined);
    const present = this.#disks.present(entry);
    const { creation, deferrals } = planEntry(entry, present);
    if (creation === undefined) {
      const why = deferrals.find(({ reason }) => reasons[reason].defers !== "nothing")?.reason;
      throw new NotAdmitted(`a snapshot of ${disk.id}`, why);
    }
    const { request, reason, dueAt } = creation;
    this.#disks.apply(entry, { type: "creation.sent", request }, present, { reason });
    entry.dueAt = dueAt;
    this.#context.onEvent({ type: "snapshot.requested", ...this.#ports.about(entry), name: request.name, reason });
    return { ...request, mayExist: reason === "resolve" };
  }

  admitDeletion(id: string, isRead: boolean): "send" | "read" {
    const waiting = this.#deletions.get(id);
    if (waiting === undefined || !this.#mayDecide()) throw new NotAdmitted(`the deletion of ${id}`, undefined);
    const { entry } = waiting;
    const present = this.#disks.present(entry);
    const { deletions, deferrals } = planEntry(entry, present);
    const action = deletions.find((one) => one.id === id);
    if (action === undefined) {
      const isThere = entry.state.table.rows().some((row) => row.id === id);
      const why = deferrals.find(({ reason }) => ["deletion", "both"].includes(reasons[reason].defers))?.reason;
      throw new NotAdmitted(`the deletion of ${id}`, isThere ? (why ?? "Kept") : undefined);
    }
    if (action.readFirst && !isRead) return "read";
    const deletion = explained(entry, action, present);
    waiting.sent = deletion;
    this.#disks.apply(entry, { type: "deletion.sent", id }, present, { reason: action.reason, isRead });
    this.#context.onEvent({ type: "deletion.requested", ...this.#ports.about(entry), deletion });
    return "send";
  }

  /** What is not admitted now is planned again. */
  #mayDecide(): boolean {
    return this.#ports.isServing() && !this.#ports.isApplying();
  }

  reliesOn(id: string): string | undefined {
    const entry = this.#deletions.get(id)?.entry;
    if (entry === undefined) return undefined;
    const { confirmed } = snapshotsOf(entry.state, this.#disks.present(entry));
    const newest = confirmed.findLast((row) => row.id !== id)?.id;
    const { read } = entry;
    const isFresh = read?.id === newest && this.#context.clock.monotonic() - (read?.at ?? 0) < READ_IS_FRESH;
    return isFresh ? undefined : newest;
  }

  noteRead(id: string, readId: string, snapshot: Snapshot | undefined): void {
    const entry = this.#deletions.get(id)?.entry;
    if (entry === undefined) return;
    if (readId !== id) entry.read = { id: readId, at: this.#context.clock.monotonic() };
    this.#disks.apply(entry, { type: "snapshot.read", id: readId, snapshot: snapshot && listedSnapshot(snapshot) });
    this.#ports.onChange(entry);
  }

  async #create(entry: DiskEntry, { request, dueAt }: CreationAction, abort: AbortSignal): Promise<void> {
    const { onEvent, clock } = this.#context;
    const { rule } = entry.state;
    const description = `Made by k8s-snapshots for ${rule?.id}`.slice(0, 255);
    const how = {
      disk: rule?.disk ?? entry.state.disk,
      ...(rule?.parameters && { parameters: rule.parameters }),
      ...(rule?.volume && { volume: rule.volume }),
    };
    const late = dueDate(this.#disks.present(entry), entry.state) - dueAt;
    const due = { at: clock.monotonic() - late, interval: this.#disks.intervalOf(entry.state) };
    const options: GuardedOptions = { signal: abort, turn: { ...turnOf(entry), due } };
    try {
      const snapshot = await this.#ports.storage().createSnapshot({ ...how, description, ...request }, options);
      if (!this.#ports.isServing() && !abort.aborted) return;
      const present = this.#disks.present(entry);
      const lateness = Math.max(0, dueDate(present, entry.state) - (entry.dueAt ?? 0));
      this.#disks.apply(entry, { type: "creation.accepted", snapshot: listedSnapshot(snapshot) });
      const about = this.#ports.about(entry);
      const seen = { id: snapshot.id, createdAt: snapshot.createdAt.getTime() };
      onEvent({ type: "snapshot.accepted", ...about, snapshot: seen, lateness });
      if (snapshot.state === "ready") onEvent({ type: "snapshot.ready", ...about, snapshot: seen, took: 0 });
    } catch (cause) {
      if (!(cause instanceof NotAdmitted)) this.#creationFailed(entry, asBackendError(cause));
    } finally {
      entry.isCreating = false;
      this.#ports.onChange(entry);
    }
  }

  #creationFailed(entry: DiskEntry, error: BackendError): void {
    if (!entry.state.creation?.isUnderWay) return;
    this.#disks.apply(entry, { type: "creation.refused", error: factsOf(error) });
    if (error.code === "aborted") return;
    const present = this.#disks.present(entry);
    const { creationTrouble } = entry.state;
    const retryAt =
      creationTrouble && dueDate(present, entry.state) + (creationTrouble.retryAt - present.moment.monotonic);
    this.#context.onEvent({ type: "snapshot.failed", ...this.#ports.about(entry), error, retryAt });
  }

  async #delete(entry: DiskEntry, id: string, abort: AbortSignal): Promise<void> {
    const { onEvent } = this.#context;
    const waiting = this.#deletions.get(id) as { sent?: EventDeletion };
    const reference = { id, location: entry.state.disk.location };
    const options: GuardedOptions = { signal: abort, turn: turnOf(entry) };
    try {
      await this.#ports.storage().deleteSnapshot(reference, options);
      this.#disks.apply(entry, { type: "deletion.done", id, madeRoom: waiting.sent?.reason === "room" });
      entry.deleted++;
      if (waiting.sent) onEvent({ type: "snapshot.expired", ...this.#ports.about(entry), deletion: waiting.sent });
    } catch (cause) {
      if (cause instanceof NotAdmitted) this.#deletionRefused(entry, id, cause);
      else this.#deletionFailed(entry, id, asBackendError(cause), waiting.sent);
    } finally {
      this.#deletions.delete(id);
      entry.deleting?.delete(id);
      if (entry.deleting?.size === 0) this.#completed(entry);
      this.#ports.onChange(entry);
    }
  }

  #deletionRefused(entry: DiskEntry, id: string, { reason }: NotAdmitted): void {
    if (reason === undefined) return;
    this.#context.onEvent({ type: "deletion.refused", ...this.#ports.about(entry), id, reason });
  }

  /** @param deletion - `undefined`: it was not sent, as the read before it failed; that changed nothing */
  #deletionFailed(entry: DiskEntry, id: string, error: BackendError, deletion: EventDeletion | undefined): void {
    const facts = factsOf(error);
    this.#disks.apply(entry, {
      type: "deletion.refused",
      id,
      error: deletion === undefined ? { ...facts, outcome: "not-done" } : facts,
      madeRoom: deletion?.reason === "room",
    });
    if (error.code === "aborted" || deletion === undefined) return;
    entry.failed++;
    this.#context.onEvent({ type: "deletion.failed", ...this.#ports.about(entry), deletion, error });
  }

  #completed(entry: DiskEntry): void {
    const { deleted, failed } = entry;
    entry.deleting = undefined;
    entry.deleted = 0;
    entry.failed = 0;
    if (deleted + failed > 0) {
      this.#context.onEvent({ type: "deletion.completed", ...this.#ports.about(entry), deleted, failed });
    }
  }

  #track(work: Promise<void>): void {
    this.#underWay++;
    void work.finally(() => this.#underWay--);
  }
}

function turnOf({ state }: DiskEntry): Turn {
  return { namespace: state.rule?.namespace ?? `disk/${state.disk.id}`, disk: state.disk.id };
}

function explained(
  entry: DiskEntry,
  action: DeletionAction,
  present: Parameters<typeof explainExpiry>[1],
): EventDeletion {
  const { id, createdAt, reason } = action;
  return { id, createdAt, reason, why: reason === "failed" ? undefined : explainExpiry(entry.state, present, id) };
}

function factsOf({ code, message, scope, outcome, retryable, retryAfterMs }: BackendError): ErrorFacts {
  return { code, message, scope, outcome, retryable, retryAfter: retryAfterMs };
}

function keyOf(deferrals: Plan["deferrals"]): string {
  // A number that doubled is news, one more is not.
  return deferrals
    .map(({ reason, count, until }) => `${reason} ${Math.ceil(Math.log2(count + 1))} ${until === undefined}`)
    .join();
}
