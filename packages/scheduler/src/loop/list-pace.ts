import type { BackendError } from "@k8s-snapshots/backend-api";
import { LONGEST_RETRY_AFTER } from "../state/retry-delay.ts";
import { HOUR, MINUTE, type Milliseconds, type Monotonic, SECOND } from "../state/time.ts";

const FIRST_LOOK = 10 * SECOND;
const LONGEST = 10 * MINUTE;
const RESYNC = HOUR;
const LISTS_PER_INTERVAL = 20;

/** So many may be made at a stretch, so that what takes seconds is noticed within seconds. */
const MOST_SAVED = 4;

/** Lists that a location has not made, and may: what is not used is saved up, to a limit. */
export interface ListAllowance {
  /** As of `at`. */
  readonly lists: number;
  readonly at: Monotonic;
}

export const fullAllowance: ListAllowance = { lists: MOST_SAVED, at: Number.NEGATIVE_INFINITY };

/**
 * When to look for a snapshot: a tenth of its interval after it was begun, 10 s at most; then whenever its age has
 * doubled, at least once in a quarter of its interval and in 10 minutes. Looks at which none of the disk's last ones was ready
 * are left out: each is a list of the whole location.
 *
 * @param listedAt - when the newest whole list was begun
 * @param since - when the snapshot was begun
 * @param expected - how old the disk's last ones were, at the least, when a list first showed them ready; 0: not known
 */
export function lookAt(
  listedAt: Monotonic,
  since: Monotonic,
  interval: Milliseconds,
  expected: Milliseconds,
): Monotonic {
  const first = Math.min(FIRST_LOOK, interval / 10);
  const longest = Math.min(LONGEST, interval / 4);
  // Made of the same steps, so that a list that took its time does not put the next one off a little more each time.
  const steps = Math.max(0, Math.floor(Math.log2(expected / first)));
  const soonest = since + Math.min(first * 2 ** steps, Math.max(first, longest));
  if (listedAt <= since) return soonest;
  return Math.max(soonest, listedAt + Math.min(longest, Math.max(first, listedAt - since)));
}

/** A list is made. */
export function spendList(
  { lists, at }: ListAllowance,
  begunAt: Monotonic,
  shortestInterval: Milliseconds,
): ListAllowance {
  const saved = Math.min(MOST_SAVED, lists + (begunAt - at) / spacing(shortestInterval));
  return { lists: saved - 1, at: begunAt };
}

/**
 * The soonest that a location is listed again: 20 times in its shortest interval, however many snapshots are waited for, and
 * four times at a stretch where it was not listed for as long; and not for more than a tenth of the time.
 *
 * @param allowance - what the last list left
 */
export function soonestListAt(
  begunAt: Monotonic,
  endedAt: Monotonic,
  { lists, at }: ListAllowance,
  shortestInterval: Milliseconds,
): Monotonic {
  return Math.max(endedAt + 10 * (endedAt - begunAt), Math.ceil(at + (1 - lists) * spacing(shortestInterval)));
}

function spacing(shortestInterval: Milliseconds): Milliseconds {
  return Math.min(RESYNC, shortestInterval) / LISTS_PER_INTERVAL;
}

/**
 * The soonest where creations wait for pending snapshots to get ready, because no more may be pending: only a list tells.
 * Not for more than half of the time.
 */
export function soonestListForRoomAt(begunAt: Monotonic, endedAt: Monotonic): Monotonic {
  return endedAt + Math.max(FIRST_LOOK, endedAt - begunAt);
}

/** The latest: once an hour where nothing is waited for. */
export function latestListAt(endedAt: Monotonic): Monotonic {
  return endedAt + RESYNC;
}

/**
 * How long to wait after a list failed: from a second to half a minute where the storage system asked to slow down, from
 * five seconds to ten minutes after what may pass by itself, from a minute to an hour after what does not.
 */
export function listRetryDelay(
  failures: number,
  { code, retryable, retryAfterMs = 0 }: Pick<BackendError, "code" | "retryable" | "retryAfterMs">,
): Milliseconds {
  const [first, longest] = delaysOf(code, retryable);
  return Math.max(
    Math.min(longest, first * 2 ** Math.min(failures - 1, 20)),
    Math.min(retryAfterMs, LONGEST_RETRY_AFTER),
  );
}

function delaysOf(
  code: BackendError["code"],
  retryable: boolean,
): readonly [first: Milliseconds, longest: Milliseconds] {
  if (code === "throttled") return [SECOND, 30 * SECOND];
  return retryable ? [5 * SECOND, 10 * MINUTE] : [MINUTE, HOUR];
}
