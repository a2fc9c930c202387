import { BackendError } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import { isSharedThrottle, LONGEST_RETRY_AFTER } from "../state/retry-delay.ts";
import { type Milliseconds, type Monotonic, SECOND } from "../state/time.ts";
import type { Turn } from "./call-context.ts";
import { FairQueue } from "./fair-queue.ts";
import { asBackendError } from "./limit-time.ts";
import { NotAdmitted } from "./request-gate.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Settings of a {@link CallBudget}. */
export interface CallBudgetOptions {
  readonly clock: Clock;

  /** Most calls a second; infinity: no limit. */
  readonly perSecond: number;

  /** Most calls at once. */
  readonly concurrency: number;

  /** How many more may be begun now, for a limit that others fill too. Default: no such limit. */
  readonly room?: () => number;

  /** Called when the storage system asked to slow down: no call of this kind leaves for so long. */
  readonly onPause?: (pause: Milliseconds, error: BackendError) => void;
}

const SHORTEST_PAUSE: Milliseconds = SECOND;
const LONGEST_PAUSE: Milliseconds = 30 * SECOND;

/**
 * The calls of one kind to one location: at most so many a second and at once, in turn by namespace and disk. Where the
 * storage system asks all of the location to slow down, it pauses from a second on, doubling to half a minute.
 */
export class CallBudget {
  readonly #options: CallBudgetOptions;
  readonly #bucket: TokenBucket;
  readonly #queue = new FairQueue<{ readonly start: () => void; readonly cancel: (error: BackendError) => void }>();
  #underWay = 0;
  #throttles = 0;
  #pausedAt: Monotonic = Number.NEGATIVE_INFINITY;
  #pausedUntil: Monotonic = Number.NEGATIVE_INFINITY;
  #cancelTimer: () => void = () => {};

  constructor(options: CallBudgetOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.perSecond, options.clock.monotonic());
  }

  get underWay(): number {
    return this.#underWay;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Waits for its turn, then makes the call. */
  async run<T>(turn: Turn, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    await this.#turnCome(turn, signal);
    const from = this.#options.clock.monotonic();
    try {
      const answer = await call();
      this.#throttles = 0;
      return answer;
    } catch (error) {
      if (error instanceof NotAdmitted) this.#bucket.giveBack();
      else this.#pauseAfter(asBackendError(error), from);
      throw error;
    } finally {
      this.#underWay--;
      this.#next();
    }
  }

  /** Lets those begin that may: to be called when there is more room. */
  wake(): void {
    this.#next();
  }

  /** Nothing that waits is begun any more. */
  cancelWaiting(): void {
    for (let waiting = this.#queue.shift(); waiting !== undefined; waiting = this.#queue.shift()) {
      waiting.cancel(new BackendError("aborted", "the call was not begun: the program stops"));
    }
    this.#cancelTimer();
  }

  #turnCome(turn: Turn, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) throw new BackendError("aborted", "the call was not begun: the program stops");
    return new Promise((resolve, reject) => {
      this.#queue.push(turn, { start: resolve, cancel: reject });
      this.#next();
    });
  }

  #next(): void {
    const { clock, concurrency, room } = this.#options;
    const now = clock.monotonic();
    while (this.#queue.size > 0 && this.#underWay < concurrency && (room?.() ?? 1) > 0) {
      const nextAt = Math.max(this.#pausedUntil, this.#bucket.nextAt(now));
      if (nextAt > now) {
        this.#cancelTimer();
        this.#cancelTimer = clock.after(nextAt - now, () => this.#next());
        return;
      }
      this.#bucket.take(now);
      this.#underWay++;
      this.#queue.shift()?.start();
    }
  }

  /** Calls that were under way together are one sign, not several. */
  #pauseAfter(error: BackendError, sentAt: Monotonic): void {
    if (!isSharedThrottle(error) || sentAt <= this.#pausedAt) return;
    const now = this.#options.clock.monotonic();
    const delay = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** Math.min(this.#throttles, 10));
    const pause = Math.max(delay, Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER));
    this.#throttles++;
    this.#pausedAt = now;
    this.#pausedUntil = now + pause;
    this.#options.onPause?.(pause, error);
  }
}
