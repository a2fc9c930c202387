import type { Milliseconds, Monotonic } from "../state/time.ts";

/** A call that left. */
export interface SentCall {
  readonly at: Monotonic;

  /** It had to wait for the rate: more calls were wanted than it allows. */
  readonly waited: boolean;
}

/** Calls a second. */
type Rate = number;

/** Where nothing is declared there is no limit until the first call is throttled. Then it is learned from here. */
const UNDECLARED: Rate = 10;
/** It never falls below this share of what is declared: twenty clusters can share an account. */
const LEAST_SHARE = 1 / 20;

/** One throttled call after many that were not: the limit is just below. */
const SMALL_CUT = 0.97;
/** What a round of throttled calls can take away at most. */
const LARGEST_CUT = 0.5;
/** Calls in a round. */
const ROUND = 20;
/** A cut has helped if so much more of the next round succeeds. */
const HELPED = 0.1;
/** After so many rounds in which a cut did not help, the next one cuts all the same. */
const ROUNDS_WITHOUT_HELP = 5;

/** Over how much time, without pauses, it is averaged how many calls a second there are. */
const AVERAGED_OVER: Milliseconds = 30_000;
/** A rate of which less than this share was used is not the reason why calls are throttled. */
const USED = 0.5;

/** Of calls closer together than this one counts: what follows is counted in calls, ten a second at most. */
const COUNTED_EVERY: Milliseconds = 100;
/** How many calls pass unthrottled before more is tried: at a limit that is known, at one that was confirmed again. */
const HOLD = 2_000;
const LONGEST_HOLD = 4_000;
/** Far below the last rate that was throttled. */
const SHORT_HOLD = 500;
/** A rate below this share of the last one that was throttled is far below it. */
const FAR_BELOW = 0.9;
/** What one call adds, as a share of the rate that was held; twice that after each thousand calls. */
const STEP = 0.00003;
const STEP_FROM_FAR_BELOW = 0.0005;
const STEP_DOUBLES_AFTER = 1_000;

/** Before anything was throttled: how long the declared rate is kept, and how long it then takes to double. */
const FIRST_HOLD: Milliseconds = 240_000;
const DOUBLES_IN_SECONDS = 60;

/**
 * How many calls a second a storage system takes, learned from what it throttles. It knows neither the limit, nor how many
 * calls the storage system has saved up, nor who else draws on them.
 *
 * It begins at what the backend declares. A throttled call cuts the rate, once a burst: a little at first, then, while calls
 * go on being throttled, by the share of each round of twenty that was. Where a cut does not raise that share, the rate is
 * not the reason, and cuts become rare. Once a whole round succeeds, the rate is held just below the last one that was
 * throttled, and then raised by small steps, which grow the longer nothing is throttled. A rate that is not used says
 * nothing: only calls that had to wait count, and it is cut only where half of it was used lately. Why it is like this:
 * docs/decisions/2026-11-28-call-budgets.md
 */
export class LearnedRate {
  readonly #most: Rate;
  readonly #least: Rate;
  #rate: Rate;

  /** The last one that was throttled; before that, what is declared. */
  #ceiling: Rate;
  /** The rate after the last cut. */
  #held: Rate;
  #hold = HOLD;
  #neverThrottled = true;
  #firstAt: Monotonic | undefined;
  #cutAt: Monotonic = Number.NEGATIVE_INFINITY;
  #countedAt: Monotonic = Number.NEGATIVE_INFINITY;
  /** Calls that counted since the last cut, and those of them that raised the rate. */
  #counted = 0;
  #raised = 0;
  #round: Round | undefined;
  /** How many calls a second there were lately. */
  #used: Rate = 0;
  #usedAt: Monotonic = 0;

  /**
   * @param declared - infinity: no limit is known
   * @param most - it is never raised above this. Default: there is no such limit
   */
  constructor(declared: Rate, most: Rate = Number.POSITIVE_INFINITY) {
    this.#rate = declared;
    this.#ceiling = declared;
    this.#held = declared;
    this.#most = Math.max(declared, most);
    this.#least = (Number.isFinite(declared) ? declared : UNDECLARED) * LEAST_SHARE;
  }

  get perSecond(): Rate {
    return this.#rate;
  }

  succeeded(call: SentCall, now: Monotonic): void {
    this.#use(now);
    if (call.at <= this.#cutAt) return;
    if (this.#round !== undefined) this.#judge(this.#round, true, now);
    else if (call.waited && now - this.#countedAt >= COUNTED_EVERY) this.#count(now);
  }

  throttled(call: SentCall, now: Monotonic): void {
    this.#use(now);
    if (call.at <= this.#cutAt) return;
    if (this.#round !== undefined) this.#judge(this.#round, false, now);
    else if (this.#isUsed) this.#beginRounds(now);
  }

  /** No call leaves before `until`. */
  pauseUntil(until: Monotonic): void {
    this.#usedAt = Math.max(this.#usedAt, until);
  }

  #beginRounds(now: Monotonic): void {
    if (!Number.isFinite(this.#rate)) this.#rate = UNDECLARED;
    const isConfirmed = Math.abs(this.#rate / this.#ceiling - 1) < 0.05;
    this.#hold = isConfirmed ? Math.min(LONGEST_HOLD, 2 * this.#hold) : HOLD;
    this.#ceiling = this.#rate;
    this.#neverThrottled = false;
    this.#round = { succeeded: 0, throttled: 0, shareBefore: undefined, withoutHelp: 0 };
    this.#cut(SMALL_CUT, now);
  }

  get #isUsed(): boolean {
    return this.#used >= USED * (Number.isFinite(this.#rate) ? this.#rate : UNDECLARED);
  }

  #use(now: Monotonic): void {
    const passed = Math.max(0, now - this.#usedAt);
    this.#used = this.#used * Math.exp(-passed / AVERAGED_OVER) + 1_000 / AVERAGED_OVER;
    this.#usedAt = Math.max(this.#usedAt, now);
  }

  /** Throttled calls that go on: after each round the rate is cut by what was too much. */
  #judge(round: Round, isSuccess: boolean, now: Monotonic): void {
    if (isSuccess) round.succeeded++;
    else round.throttled++;
    if (round.succeeded + round.throttled < ROUND) return;
    const share = round.succeeded / ROUND;
    const hasHelped = round.shareBefore === undefined || share >= round.shareBefore + HELPED;
    round.shareBefore = share;
    round.succeeded = 0;
    round.throttled = 0;
    if (share === 1) {
      this.#round = undefined;
    } else if (this.#isUsed && (hasHelped || ++round.withoutHelp >= ROUNDS_WITHOUT_HELP)) {
      round.withoutHelp = 0;
      this.#cut(Math.max(LARGEST_CUT, share), now);
    }
  }

  /** What left before the cut says nothing about the rate after it. */
  #cut(share: number, now: Monotonic): void {
    this.#rate = Math.max(this.#least, this.#rate * share);
    this.#held = this.#rate;
    this.#cutAt = now;
    this.#counted = 0;
    this.#raised = 0;
  }

  #count(now: Monotonic): void {
    this.#countedAt = now;
    this.#firstAt ??= now;
    this.#counted++;
    if (this.#neverThrottled) {
      const callsEachSecond = Math.min(this.#rate, 1_000 / COUNTED_EVERY);
      if (now - this.#firstAt >= FIRST_HOLD) {
        this.#raise((this.#rate * Math.LN2) / DOUBLES_IN_SECONDS / callsEachSecond);
      }
      return;
    }
    const isFarBelow = this.#held < FAR_BELOW * this.#ceiling;
    if (this.#counted <= (isFarBelow ? SHORT_HOLD : this.#hold)) return;
    const step = isFarBelow && this.#rate < SMALL_CUT * this.#ceiling ? STEP_FROM_FAR_BELOW : STEP;
    this.#raise(this.#held * step * 2 ** (this.#raised / STEP_DOUBLES_AFTER));
    this.#raised++;
  }

  #raise(by: Rate): void {
    this.#rate = Math.min(this.#most, this.#rate + by);
  }
}

interface Round {
  succeeded: number;
  throttled: number;

  /** What share of the round before succeeded. */
  shareBefore: number | undefined;
  withoutHelp: number;
}
