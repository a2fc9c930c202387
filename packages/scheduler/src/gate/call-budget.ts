import { BackendError } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import { isSharedThrottle, LONGEST_RETRY_AFTER } from "../state/retry-delay.ts";
import { type Milliseconds, type Monotonic, SECOND } from "../state/time.ts";
import type { Turn } from "./call-context.ts";
import { FairQueue } from "./fair-queue.ts";
import { LearnedRate, type SentCall } from "./learned-rate.ts";
import { asBackendError } from "./limit-time.ts";
import { NotAdmitted } from "./request-gate.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Settings of a {@link CallBudget}. */
export interface CallBudgetOptions {
  readonly clock: Clock;

  /** Most calls a second to begin with; infinity: no limit known. What is throttled lowers it, see {@link LearnedRate}. */
  readonly perSecond: number;

  /** What the rate is never raised above. Default: what it begins with. */
  readonly mostPerSecond?: number;

  /** Most calls at once. */
  readonly concurrency: number;

  /** How many more may be begun now, for a limit that others fill too. Default: no such limit. */
  readonly room?: () => number;

  /** Called when the storage system asked to slow down: no call of this kind leaves for so long. */
  readonly onPause?: (pause: Milliseconds, error: BackendError) => void;

  /** Called once a burst when it asked all of the account to slow down: other budgets of it are meant too. */
  readonly onAccountThrottled?: (error: BackendError) => void;
}

const SHORTEST_PAUSE: Milliseconds = SECOND;
const LONGEST_PAUSE: Milliseconds = 30 * SECOND;

/**
 * The calls of one kind to one location: at most so many a second and at once, in turn by namespace, and within one by how
 * late the snapshot is. Where the storage system asks all of the location to slow down, it pauses, from a second on, for
 * twice as long with each second time, up to half a minute, and learns how many calls a second it takes.
 */
export class CallBudget {
  readonly #options: CallBudgetOptions;
  readonly #bucket: TokenBucket;
  readonly #rate: LearnedRate;
  readonly #queue = new FairQueue<{
    readonly start: (call: SentCall) => void;
    readonly cancel: (error: BackendError) => void;
  }>();
  #underWay = 0;
  /** The next call could not leave at once. */
  #hasWaited = false;
  #throttles = 0;
  #pausedAt: Monotonic = Number.NEGATIVE_INFINITY;
  #pausedUntil: Monotonic = Number.NEGATIVE_INFINITY;
  #cancelTimer: () => void = () => {};

  constructor(options: CallBudgetOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.perSecond, options.clock.monotonic());
    this.#rate = new LearnedRate(options.perSecond, options.mostPerSecond ?? options.perSecond);
  }

  get underWay(): number {
    return this.#underWay;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Most calls a second, as far as it was learned; infinity: no limit is known. */
  get perSecond(): number {
    return this.#rate.perSecond;
  }

  /** Waits for its turn, then makes the call. */
  async run<T>(turn: Turn, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    const sent = await this.#turnCome(turn, signal);
    try {
      const answer = await call();
      this.succeeded(sent);
      return answer;
    } catch (error) {
      if (error instanceof NotAdmitted) this.#bucket.giveBack();
      else this.failed(sent, asBackendError(error));
      throw error;
    } finally {
      this.#release();
    }
  }

  /** Waits for the turn of a call that is made elsewhere and is not counted as under way. How it ended has to be told. */
  async begin(turn: Turn, signal: AbortSignal | undefined): Promise<SentCall> {
    const sent = await this.#turnCome(turn, signal);
    this.#release();
    return sent;
  }

  succeeded(call: SentCall): void {
    this.#throttles = 0;
    this.#learn((now) => this.#rate.succeeded(call, now));
  }

  failed(call: SentCall, error: BackendError): void {
    if (!isSharedThrottle(error)) return;
    this.#learn((now) => this.#rate.throttled(call, now));
    if (call.at <= this.#pausedAt) return;
    this.#pause(error);
    if (error.scope === "account") this.#options.onAccountThrottled?.(error);
  }

  /** A call of another budget was throttled, and all of the account is meant. */
  throttledElsewhere(error: BackendError): void {
    const now = this.#options.clock.monotonic();
    if (now < this.#pausedUntil) return;
    this.#learn(() => this.#rate.throttled({ at: now, waited: false }, now));
    this.#pause(error);
  }

  /** Lets those begin that may: to be called when there is more room. */
  wake(): void {
    this.#next();
  }

  /** Nothing that waits is begun any more. */
  cancelWaiting(): void {
    for (const waiting of this.#queue.drain()) {
      waiting.cancel(new BackendError("aborted", "the call was not begun: the program stops"));
    }
    this.#cancelTimer();
  }

  #turnCome(turn: Turn, signal: AbortSignal | undefined): Promise<SentCall> {
    if (signal?.aborted) throw new BackendError("aborted", "the call was not begun: the program stops");
    return new Promise((resolve, reject) => {
      this.#queue.push(turn, { start: resolve, cancel: reject });
      // After what is asked for at the same moment has all been queued.
      queueMicrotask(() => this.#next());
    });
  }

  #next(): void {
    const { clock, concurrency, room } = this.#options;
    const now = clock.monotonic();
    while (this.#queue.size > 0 && this.#underWay < concurrency && (room?.() ?? 1) > 0) {
      const nextAt = Math.max(this.#pausedUntil, this.#bucket.nextAt(now));
      if (nextAt > now) {
        this.#hasWaited = true;
        this.#cancelTimer();
        this.#cancelTimer = clock.after(nextAt - now, () => this.#next());
        return;
      }
      this.#bucket.take(now);
      this.#underWay++;
      this.#queue.shift(now)?.start({ at: now, waited: this.#hasWaited });
      this.#hasWaited = false;
    }
  }

  #release(): void {
    const release = (): void => {
      this.#underWay--;
      this.#next();
    };
    // What was begun takes its room until whoever counts what is begun has noted the answer.
    if (this.#options.room === undefined) release();
    else this.#options.clock.after(0, release);
  }

  #learn(from: (now: Monotonic) => void): void {
    const now = this.#options.clock.monotonic();
    const before = this.#rate.perSecond;
    from(now);
    if (this.#rate.perSecond !== before) this.#bucket.fillAt(this.#rate.perSecond, now);
  }

  /** Calls that were under way together are one sign, not several. */
  #pause(error: BackendError): void {
    const now = this.#options.clock.monotonic();
    const delay = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** Math.floor(this.#throttles / 2));
    const pause = Math.max(delay, Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER));
    this.#throttles++;
    this.#pausedAt = now;
    this.#pausedUntil = now + pause;
    this.#bucket.pauseUntil(this.#pausedUntil);
    this.#rate.pauseUntil(this.#pausedUntil);
    this.#options.onPause?.(pause, error);
  }
}
