import { MARKS_LABEL, SCHEDULE_LABEL, type Snapshot } from "@k8s-snapshots/backend-api";
import type { MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import type { Instant, Milliseconds } from "../../../src/state/time.ts";

/** How a snapshot came to be: no scheduler knows it, the witness does. */
export type Origin =
  /** A process of ours requested it. */
  | "daemon"
  /** A history from before the world began, or out of the recycle bin. */
  | "history"
  /** Version 0.1 or the seed made it: it carries the author's label and nothing else. */
  | "old"
  /** Another tool, or another program with our label. */
  | "foreign"
  /** A tool copied it from one of ours, labels and all. */
  | "copy";

/** A snapshot in truth, from its beginning to its end. */
export interface Witnessed {
  readonly id: string;
  readonly diskId: string;
  readonly createdAt: Instant;
  readonly origin: Origin;
  readonly cluster: string | undefined;

  /** The process that requested it. */
  readonly process: string | undefined;
  readonly schedule: string | undefined;
  readonly marks: string | undefined;

  /** When an outside hand last changed it: labels, state, locks. */
  touchedAt: Instant;

  /** When it was put there, whatever its date. */
  readonly appearedAt: Instant;

  /** When it was first seen ready. */
  readyAt: Instant | undefined;
  gone: { readonly at: Instant; readonly by: "hand" | "daemon" } | undefined;
}

/** Knows all that is and was in the storage system, and who did it. */
export class Witness {
  readonly all = new Map<string, Witnessed>();
  readonly #byDisk = new Map<string, Witnessed[]>();
  readonly #lengths = new Map<string, number>();
  readonly #memory: Milliseconds;
  readonly #storage: MemoryStorage;
  readonly #now: () => Instant;
  #origin: { readonly origin: Origin; readonly cluster: string | undefined } | undefined;
  onMade: (made: Witnessed) => void = () => {};

  /** @param memory - for how long what is gone is remembered */
  constructor(storage: MemoryStorage, now: () => Instant, memory: Milliseconds) {
    this.#memory = memory;
    this.#storage = storage;
    this.#now = now;
    storage.onChange = (snapshot) => this.#changed(snapshot);
  }

  /** What `put` puts there is of that origin. */
  putting<T>(origin: Origin, cluster: string | undefined, put: () => T): T {
    this.#origin = { origin, cluster };
    try {
      return put();
    } finally {
      this.#origin = undefined;
    }
  }

  /** An outside hand changes something of the snapshot. */
  touch(id: string): void {
    const witnessed = this.all.get(id);
    if (witnessed !== undefined) witnessed.touchedAt = this.#now();
  }

  gone(id: string, by: "hand" | "daemon"): void {
    const witnessed = this.all.get(id);
    if (witnessed !== undefined) witnessed.gone ??= { at: this.#now(), by };
  }

  /** All that a disk has or had not long ago, in the order in which they were put there. */
  everOf(diskId: string): readonly Witnessed[] {
    const known = this.#byDisk.get(diskId) ?? [];
    if (known.length < 2 * (this.#lengths.get(diskId) ?? 50)) return known;
    const from = this.#now() - this.#memory;
    const left = known.filter(({ gone }) => gone === undefined || gone.at > from);
    this.#byDisk.set(diskId, left);
    this.#lengths.set(diskId, Math.max(50, left.length));
    return left;
  }

  /** What is there now, the oldest first. */
  there(diskId: string): Snapshot[] {
    const found: Snapshot[] = [];
    for (const witnessed of this.everOf(diskId)) {
      const { gone, id } = witnessed;
      if (gone !== undefined) continue;
      const snapshot = this.#storage.snapshot({ id, location: "home" });
      if (snapshot === undefined) continue;
      if (snapshot.state === "ready") witnessed.readyAt ??= this.#now();
      found.push(snapshot);
    }
    return found.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
  }

  /** Those of them that are of a cluster, or of nobody by name. */
  ours(diskId: string, cluster: string): Snapshot[] {
    return this.there(diskId).filter(({ id }) => this.isOurs(id, cluster));
  }

  exists(id: string): boolean {
    return this.#storage.snapshot({ id, location: "home" }) !== undefined;
  }

  isOurs(id: string, cluster: string): boolean {
    const { origin, cluster: own } = this.all.get(id) as Witnessed;
    return origin === "old" || ((origin === "daemon" || origin === "history") && own === cluster);
  }

  #changed(snapshot: Snapshot): void {
    const known = this.all.get(snapshot.id);
    if (known !== undefined) return;
    const { id, diskId, createdAt, labels } = snapshot;
    const marks = labels[MARKS_LABEL];
    const made: Witnessed = {
      id,
      diskId,
      createdAt: createdAt.getTime(),
      origin: this.#origin?.origin ?? "daemon",
      cluster: this.#origin === undefined ? labels["k8s-snapshots/cluster"] : this.#origin.cluster,
      process: this.#origin === undefined ? marks?.split("-")[7] : undefined,
      schedule: labels[SCHEDULE_LABEL],
      marks,
      touchedAt: this.#now(),
      appearedAt: this.#now(),
      readyAt: this.#origin === undefined ? undefined : this.#now(),
      gone: undefined,
    };
    this.all.set(id, made);
    const onDisk = this.#byDisk.get(diskId);
    if (onDisk === undefined) this.#byDisk.set(diskId, [made]);
    else onDisk.push(made);
    if (made.origin === "daemon") this.onMade(made);
  }
}
