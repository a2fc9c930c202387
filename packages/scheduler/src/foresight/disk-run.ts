import { IDEMPOTENCY_KEY_LABEL } from "@k8s-snapshots/backend-api";
import type { CreationAction, DeletionAction, Plan } from "../planner/disk-plan.ts";
import { plan } from "../planner/plan.ts";
import type { Rule } from "../rule.ts";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import type { DiskState } from "../state/disk-state.ts";
import type { Fact } from "../state/fact.ts";
import { locationListed, type WholeList } from "../state/location-state.ts";
import { dueDate, type Present } from "../state/present.ts";
import { reduce } from "../state/reduce.ts";
import { deletionsDone } from "../state/reduce-deletion.ts";
import { noteHistory } from "../state/reduce-history.ts";
import type { Instant, Milliseconds } from "../state/time.ts";
import type { KnownDisk } from "./known-disk.ts";

/**
 * One disk under the core in virtual time, with a storage system that does at once and without fault what it is asked: each
 * snapshot is ready when it is requested, each deletion done when it is sent, each list whole.
 */
export class DiskRun {
  #state: DiskState;
  #present: Present;
  readonly #stored: Map<string, ListedSnapshot>;
  #made = 0;

  constructor({ state, present, listed }: KnownDisk) {
    this.#state = state;
    this.#present = present;
    const { stuckAfter } = present.policy;
    this.#stored = new Map(listed.map((snapshot) => [snapshot.id, gotReady(snapshot, this.now - stuckAfter)]));
  }

  get state(): DiskState {
    return this.#state;
  }

  get present(): Present {
    return this.#present;
  }

  /** By the storage system's clock. */
  get now(): Instant {
    return dueDate(this.#present, this.#state);
  }

  /** How many snapshots there are, in any state. */
  get count(): number {
    return this.#stored.size;
  }

  pass(time: Milliseconds): void {
    const { monotonic, wall } = this.#present.moment;
    this.#present = { ...this.#present, moment: { monotonic: monotonic + time, wall: wall + time } };
  }

  setRule(rule: Rule): void {
    this.#fact({ type: "rule.changed", rule });
  }

  /**
   * Takes the snapshot that is due; a list shows it then.
   *
   * @returns whether one was
   */
  takeWhatIsDue(): boolean {
    const { creation } = this.#plan();
    if (creation !== undefined) this.#create(creation);
    this.#list();
    return creation !== undefined;
  }

  /** Deletes what the core deletes now: what is gone, and what is planned after that. */
  deleteWhatGoes(): { readonly deletions: readonly DeletionAction[]; readonly plan: Plan } {
    const deletions: DeletionAction[] = [];
    for (;;) {
      const planned = this.#plan();
      if (planned.deletions.length === 0) return { deletions, plan: planned };
      this.#delete(planned.deletions);
      for (const deletion of planned.deletions) deletions.push(deletion);
    }
  }

  #list(): void {
    const { location, moment, policy } = this.#present;
    const listed = locationListed(location, moment.monotonic, moment, policy.clockTolerance);
    this.#present = { ...this.#present, location: listed };
    this.#fact({
      type: "disk.listed",
      list: listed.list as WholeList,
      before: location.list,
      snapshots: [...this.#stored.values()],
      unlabelled: this.#state.unlabelled,
    });
  }

  #create({ request }: CreationAction): void {
    const labels = { ...request.labels, [IDEMPOTENCY_KEY_LABEL]: request.idempotencyKey };
    const snapshot: ListedSnapshot = { id: `foreseen-${++this.#made}`, createdAt: this.now, state: "ready", labels };
    this.#fact({ type: "creation.sent", request });
    this.#fact({ type: "creation.accepted", snapshot });
    this.#stored.set(snapshot.id, snapshot);
    this.#free(-1);
  }

  #delete(actions: readonly DeletionAction[]): void {
    const room = actions.filter(({ reason }) => reason === "room");
    for (const { id } of room) {
      this.#fact({ type: "deletion.sent", id });
      this.#fact({ type: "deletion.done", id, madeRoom: true });
    }
    const others = actions.filter(({ reason }) => reason !== "room").map(({ id }) => id);
    const done = deletionsDone(this.#state, others, this.#present);
    this.#state = noteHistory(this.#state, done, this.#present);
    for (const { id } of actions) this.#stored.delete(id);
    this.#free(actions.length);
  }

  #plan(): Plan {
    return plan(this.#state, this.#present);
  }

  #fact(fact: Fact): void {
    this.#state = reduce(this.#state, fact, this.#present);
  }

  /** What a namespace may have besides (rule 14). */
  #free(freed: number): void {
    const { namespaceLeft } = this.#present;
    if (namespaceLeft !== undefined) this.#present = { ...this.#present, namespaceLeft: namespaceLeft + freed };
  }
}

/** One that is being made is ready at the first list, unless it is stuck already. */
function gotReady(snapshot: ListedSnapshot, since: Instant): ListedSnapshot {
  return snapshot.state === "pending" && snapshot.createdAt > since ? { ...snapshot, state: "ready" } : snapshot;
}
