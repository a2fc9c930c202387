import type { ErrorFacts } from "./fact.ts";
import { DAY, HOUR, MINUTE, type Milliseconds, SECOND } from "./time.ts";

/** No storage system is believed that asks to be left alone for longer. */
export const LONGEST_RETRY_AFTER: Milliseconds = HOUR;

/** Whether the storage system asked the whole location or account to slow down: that is not the disk's failure (rule 9). */
export function isSharedThrottle({ code, scope }: Pick<ErrorFacts, "code" | "scope">): boolean {
  return code === "throttled" && (scope === "location" || scope === "account");
}

/**
 * How long to wait before a creation is tried again: a minute (or the interval, if that is shorter), doubling with each
 * failure in a row up to the interval or an hour, whichever is shorter (rule 1). A disk's own rate limit is tried from a
 * second on, as a location's is.
 *
 * @param failures - in a row, the last one included
 */
export function creationDelay(failures: number, interval: Milliseconds, error?: ErrorFacts): Milliseconds {
  const longest = Math.min(interval, HOUR);
  const first = error?.code === "throttled" ? SECOND : MINUTE;
  const delay = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return Math.max(delay, Math.min(error?.retryAfter ?? 0, LONGEST_RETRY_AFTER));
}

/**
 * How long to wait before a deletion is tried again: from an hour to a day where it is the snapshot that cannot be deleted
 * (rule 7); from a minute to an hour where the call failed.
 */
export function deletionDelay(
  failures: number,
  undeletable: boolean,
  retryAfter: Milliseconds | undefined,
): Milliseconds {
  const [first, longest] = undeletable ? [HOUR, DAY] : [MINUTE, HOUR];
  const delay = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return Math.max(delay, Math.min(retryAfter ?? 0, LONGEST_RETRY_AFTER));
}
