import { BackendError } from "../backend-error.ts";
import { hasLabels } from "../labels.ts";
import type { Labels } from "../snapshot.ts";
import type { SnapshotChange } from "../snapshot-change.ts";
import { currentView, type MemoryRecord } from "./memory-record.ts";

/** What a watch waits with. */
export interface MemoryWatcherClock {
  readonly now: () => Date;
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** One watch: what changed since its caller last asked. Several changes of one snapshot come as one. */
export class MemoryWatcher {
  readonly #clock: MemoryWatcherClock;
  readonly #labels: Labels;
  readonly #changed = new Set<MemoryRecord>();
  /** Those that the list shows, as far as the caller knows. */
  readonly #known = new Set<MemoryRecord>();
  readonly #pending = new Set<MemoryRecord>();
  #ended = false;
  #error: BackendError | undefined;
  #wake: () => void = () => {};

  constructor(clock: MemoryWatcherClock, labels: Labels, records: Iterable<MemoryRecord>) {
    this.#clock = clock;
    this.#labels = labels;
    for (const record of records) {
      if (!this.#isShown(record)) continue;
      this.#known.add(record);
      if (record.view.state === "pending") this.#pending.add(record);
    }
  }

  note(record: MemoryRecord): void {
    this.#changed.add(record);
    this.#wake();
  }

  end(error: BackendError | undefined): void {
    this.#ended = true;
    this.#error = error;
    this.#wake();
  }

  /** The next change; waits for it. `undefined`: the watch has ended. */
  async next(signal: AbortSignal | undefined): Promise<SnapshotChange | undefined> {
    for (;;) {
      if (signal?.aborted) throw new BackendError("aborted", "the caller aborted the watch", { cause: signal.reason });
      if (this.#error) throw this.#error;
      if (this.#ended) return undefined;
      const change = this.#take();
      if (change) return change;
      await this.#wait(signal);
    }
  }

  #take(): SnapshotChange | undefined {
    const now = this.#clock.now().getTime();
    for (const record of this.#pending) if (record.settlesAt <= now) this.#changed.add(record);
    for (const record of this.#changed) {
      this.#changed.delete(record);
      this.#pending.delete(record);
      if (this.#isShown(record)) {
        const snapshot = currentView(record, now);
        if (snapshot.state === "pending") this.#pending.add(record);
        this.#known.add(record);
        return { type: "changed", snapshot };
      }
      const { id, location } = record.view;
      if (this.#known.delete(record)) return { type: "deleted", snapshot: { id, location } };
    }
    return undefined;
  }

  /** Until something changes, the next snapshot settles, or the signal fires. */
  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const woken = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    signal?.addEventListener("abort", this.#wake, { once: true });
    const before = this.#clock.now().getTime();
    const settlesAt = this.#settlesAt();
    try {
      if (settlesAt === Number.POSITIVE_INFINITY) return await promise;
      // Not less than 2: timers of the machine may be early by one.
      const settled = this.#clock.delay(Math.max(2, settlesAt - before), woken.signal).catch((error: unknown) => {
        if (!woken.signal.aborted) throw error;
      });
      await Promise.race([promise, settled]);
      // A clock that stands, behind a delay that does not wait, would spin.
      if (this.#clock.now().getTime() === before) await promise;
    } finally {
      woken.abort();
      signal?.removeEventListener("abort", this.#wake);
    }
  }

  #settlesAt(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { settlesAt } of this.#pending) if (settlesAt < earliest) earliest = settlesAt;
    return earliest;
  }

  #isShown(record: MemoryRecord): boolean {
    return record.listedUntil === Number.POSITIVE_INFINITY && hasLabels(record.view, this.#labels);
  }
}
