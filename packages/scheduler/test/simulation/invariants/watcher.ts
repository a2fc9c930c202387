import type { CreateSnapshotRequest } from "@k8s-snapshots/backend-api";
import { type Instant, MINUTE } from "../../../src/state/time.ts";
import type { CallObserver, CreationRecord, DeletionRecord, ProcessRecord } from "../world/call-log.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import type { Witnessed } from "../world/witness.ts";
import { budgetInvariants } from "./budget.ts";
import { creationFaults } from "./creations.ts";
import { deletionContext } from "./deletion-context.ts";
import { deletionInvariants } from "./deletions.ts";
import { expiryInvariants } from "./expiry.ts";

/** A rule that was broken. */
export interface Violation {
  readonly invariant: string;
  readonly at: Instant;
  readonly detail: string;
}

const MOST_NOTED = 20;
/** Of a throttled location 10 tries fit in a minute (after 1, 1, 2, 2, 4, 4, … s), of a throttled disk 6 (after 1, 2, 4, … s). */
const MOST_A_MINUTE = 16;
const invariants = Object.entries({ ...deletionInvariants, ...expiryInvariants, ...budgetInvariants });

/** Looks at every call as it leaves, and says which rule it breaks. */
export class Watcher implements CallObserver {
  readonly violations: Violation[] = [];
  readonly #suspects = new Map<string, Readonly<Record<string, string>>>();
  readonly #recent = new Map<string, readonly Instant[]>();
  #world: SwarmWorld | undefined;

  watch(world: SwarmWorld): void {
    this.#world = world;
    world.witness.onMade = (made) => this.#made(made);
  }

  onDeletion(process: ProcessRecord, deletion: DeletionRecord): void {
    const world = this.#world as SwarmWorld;
    const context = deletionContext(world, process, deletion);
    for (const [name, check] of invariants) {
      const detail = check(context);
      if (detail !== undefined)
        this.note(name, `${deletion.id} of ${deletion.diskId} by ${process.name} (${deletion.reason}): ${detail}`);
    }
  }

  onCreation(process: ProcessRecord, creation: CreationRecord, _request: CreateSnapshotRequest): void {
    this.#count("rule 9: nothing is tried again and again", `${process.name} ${creation.diskId}`);
    const faults = creationFaults(this.#world as SwarmWorld, process, creation);
    if (Object.keys(faults).length > 0)
      this.#suspects.set(requestOf(creation.labels["k8s-snapshots/marks"], creation.diskId), faults);
  }

  onRead(process: ProcessRecord, id: string): void {
    this.#count("rule 9: nothing is read again and again", `${process.name} ${id}`);
  }

  note(invariant: string, detail: string): void {
    if (this.violations.length >= MOST_NOTED) return;
    this.violations.push({ invariant, at: this.#world?.passed ?? 0, detail });
  }

  /** Whatever a call is answered, the next one like it waits. */
  #count(invariant: string, what: string): void {
    const now = this.#world?.clock.now() ?? 0;
    const recent = (this.#recent.get(what) ?? []).filter((at) => at > now - MINUTE);
    this.#recent.set(what, [...recent, now]);
    if (recent.length === MOST_A_MINUTE) this.note(invariant, `${what}: more than ${MOST_A_MINUTE} within a minute`);
  }

  /** A creation that makes nothing breaks nothing. */
  #made({ marks, diskId, id, process }: Witnessed): void {
    const key = requestOf(marks, diskId);
    for (const [name, detail] of Object.entries(this.#suspects.get(key) ?? {})) {
      if (!this.#isOfTwo()) this.note(name, `${id} of ${diskId} by ${process}: ${detail}`);
    }
    this.#suspects.delete(key);
  }

  /** Two daemons at once make doubles until they notice. */
  #isOfTwo(): boolean {
    return this.#world?.plan.on.has("two-daemons") === true;
  }
}

function requestOf(marks: string | undefined, diskId: string): string {
  return `${diskId}/${marks}`;
}
