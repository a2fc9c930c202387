import { type Clock, pause } from "./clock.ts";
import { KubernetesApiError } from "./kubernetes-error.ts";

/** What {@link WriteQueue} needs. */
export interface WriteQueueOptions {
  readonly clock: Clock;

  /** Least time from one write to the next, in milliseconds. What turns out to be no write counts for nothing. */
  readonly gapMs: number;

  /** A write was answered. Default: nobody is told. */
  readonly onWritten?: (key: string) => void;

  /** A write failed. `again`: it stays in the queue. */
  readonly onError: (key: string, error: unknown, again: boolean) => void;
}

interface Entry {
  readonly notBefore: number;
  /** Resolves with whether anything was sent. */
  readonly write: (signal: AbortSignal) => Promise<boolean>;
}

const RETRY_MS = 10_000;
const IDLE_MS = 60_000;

/**
 * Writes that may wait, and of which only the latest for each key counts: one at a time, at a pace. What the API server
 * refuses is dropped; what did not reach it, or came at a bad time, is tried again.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #entries: Map<string, Entry> = new Map();
  #wake = new AbortController();

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Whether a write for the key waits. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /**
   * Takes the place of what waits under the key, and does not make it wait longer.
   *
   * @param write - resolves with whether anything was sent
   * @param notBefore - in milliseconds since 1970
   */
  put(key: string, write: Entry["write"], notBefore = 0): void {
    const waiting = this.#entries.get(key);
    this.#entries.set(key, { write, notBefore: Math.min(waiting?.notBefore ?? notBefore, notBefore) });
    this.#wake.abort();
  }

  /** Writes until `stop` fires, then what is due and still waits, until `abort` fires; resolves then. */
  async run(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const { clock, gapMs } = this.#options;
    while (!abort.aborted) {
      const [key, entry] = this.#next() ?? [];
      const wait = (entry?.notBefore ?? Number.POSITIVE_INFINITY) - clock.now();
      if (key !== undefined && entry !== undefined && wait <= 0) {
        this.#entries.delete(key);
        const wasSent = await this.#write(key, entry, abort);
        if (wasSent && !stop.aborted) await pause(clock, gapMs, stop);
        continue;
      }
      if (stop.aborted) return;
      await pause(clock, Math.min(wait, IDLE_MS), AbortSignal.any([stop, this.#wake.signal]));
      this.#wake = new AbortController();
    }
  }

  async #write(key: string, entry: Entry, abort: AbortSignal): Promise<boolean> {
    try {
      const wasSent = await entry.write(abort);
      if (wasSent) this.#options.onWritten?.(key);
      return wasSent;
    } catch (error) {
      const again = isPassing(error);
      if (again && !this.#entries.has(key)) {
        this.#entries.set(key, { ...entry, notBefore: this.#options.clock.now() + RETRY_MS });
      }
      this.#options.onError(key, error, again);
      return true;
    }
  }

  /** The first that was put, among those that are due; else the one that is due first. */
  #next(): [string, Entry] | undefined {
    const now = this.#options.clock.now();
    let first: [string, Entry] | undefined;
    for (const [key, entry] of this.#entries) {
      if (entry.notBefore <= now) return [key, entry];
      if (first === undefined || entry.notBefore < first[1].notBefore) first = [key, entry];
    }
    return first;
  }
}

/** Not a refusal: there was no answer, or the server was busy. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof KubernetesApiError)) return true;
  return error.status === 429 || error.status >= 500;
}
