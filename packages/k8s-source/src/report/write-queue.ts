import { KubernetesApiError } from "../client/kubernetes-error.ts";
import { type Clock, pause } from "../clock.ts";

/** What {@link WriteQueue} needs. */
export interface WriteQueueOptions {
  readonly clock: Clock;

  /** Least time from one write to the next, in milliseconds. What turns out to be no write counts for nothing. */
  readonly gapMs: number;

  /** Called when a write was answered. Default: no listener. */
  readonly onWritten?: (key: string) => void;

  /** Called when a write failed. `again`: it stays in the queue. */
  readonly onError: (key: string, error: unknown, again: boolean) => void;
}

/** A write, and when its turn is. */
export interface QueuedWrite {
  /** Resolves with whether anything was sent. */
  readonly write: (signal: AbortSignal) => Promise<boolean>;

  /** Whose turn it takes: the namespace of what it is about. Those that wait take turns. Default: those of no namespace. */
  readonly namespace?: string | undefined;

  /** Goes before what else waits of its namespace. Default: false. */
  readonly isUrgent?: boolean;

  /** In milliseconds since 1970. Default: at once. */
  readonly notBefore?: number;
}

interface Entry extends Required<Omit<QueuedWrite, "namespace">> {
  readonly namespace: string;
}

const RETRY_MS = 10_000;
const IDLE_MS = 60_000;

/**
 * Writes that may wait, and of which only the latest for each key counts: one at a time, at a pace, the namespaces in turn,
 * so that none of them makes the others wait. What the API server refuses is dropped; what did not reach it, or came at a
 * bad time, is tried again.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #entries: Map<string, Entry> = new Map();
  /** Which namespaces had a turn, the last one at the end. */
  readonly #served: Set<string> = new Set();
  #wake = new AbortController();

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Whether a write for the key waits. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Takes the place of what waits under the key, and does not make it wait longer. */
  put(key: string, { write, namespace = "", isUrgent = false, notBefore = 0 }: QueuedWrite): void {
    const waiting = this.#entries.get(key);
    const soonest = Math.min(waiting?.notBefore ?? notBefore, notBefore);
    this.#entries.set(key, { write, namespace, isUrgent, notBefore: soonest });
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
        this.#served.delete(entry.namespace);
        this.#served.add(entry.namespace);
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

  /** Of what is due, what {@link goesBefore} all others; else what is due first. */
  #next(): [string, Entry] | undefined {
    const now = this.#options.clock.now();
    const turns = new Map([...this.#served].map((namespace, turn) => [namespace, turn]));
    const turnOf = ({ namespace }: Entry): number => turns.get(namespace) ?? -1;
    let best: [string, Entry] | undefined;
    let soonest: [string, Entry] | undefined;
    for (const next of this.#entries) {
      const [, entry] = next;
      if (entry.notBefore > now) {
        if (soonest === undefined || entry.notBefore < soonest[1].notBefore) soonest = next;
      } else if (best === undefined || goesBefore(entry, best[1], turnOf)) best = next;
    }
    return best ?? soonest;
  }
}

/** The namespace whose turn is longest ago first; of one namespace what is urgent; of that the first that was put. */
function goesBefore(one: Entry, other: Entry, turnOf: (entry: Entry) => number): boolean {
  if (one.namespace !== other.namespace) return turnOf(one) < turnOf(other);
  return one.isUrgent && !other.isUrgent;
}

/** Not a refusal: there was no answer, or the server was busy. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof KubernetesApiError)) return true;
  return error.status === 429 || error.status >= 500;
}
