import { dueDate, latestDate, shortestInterval } from "../state/present.ts";
import { HOUR, type Instant, type Milliseconds } from "../state/time.ts";
import type { Planning } from "./planning.ts";
import type { Deferral } from "./reason.ts";

/** A request that nobody could serve for so long is of no use any more: whoever made it has gone on. */
const LONGEST_WAIT: Milliseconds = HOUR;

/** A person's request for a snapshot beside the schedule that no snapshot serves yet. */
export interface AskedFor {
  /** What it is told from others by. */
  readonly requestedAt: Instant;

  /** When it is due: not before the shortest interval that is allowed is over. */
  readonly dueAt: Instant;
}

/**
 * The request that the rule carries, unless it was served: by the snapshot that carries its mark, which is exact, or by any
 * that was begun after it, as the one with the mark may have expired since. So one request makes one snapshot, whatever
 * process sees it and whenever, and one that is too old, or dated ahead, makes none.
 *
 * @param newest - the date of the newest one that counts for due time; minus infinity: there is none
 */
export function askedFor(planning: Planning, newest: Instant): AskedFor | undefined {
  const { rule, present, state } = planning;
  const { requestedAt } = rule;
  if (requestedAt === undefined || isServed(planning, requestedAt, newest)) return undefined;
  if (requestedAt > latestDate(present) || dueDate(present, state) - requestedAt > LONGEST_WAIT) return undefined;
  return { requestedAt, dueAt: Math.max(requestedAt, newest + shortestInterval(present)) };
}

/** Of a request that makes no snapshot, and never will: why. */
export function requestIgnored(planning: Planning, newest: Instant): readonly Deferral[] {
  const { rule, present } = planning;
  const { requestedAt } = rule;
  if (requestedAt === undefined || isServed(planning, requestedAt, newest)) return [];
  if (askedFor(planning, newest) !== undefined) return [];
  const detail = requestedAt > latestDate(present) ? "is dated in the future" : "was not served within an hour";
  return [{ reason: "RequestIgnored", count: 0, detail: `${new Date(requestedAt).toISOString()} ${detail}` }];
}

function isServed({ snapshots }: Planning, requestedAt: Instant, newest: Instant): boolean {
  if (newest >= requestedAt) return true;
  const { ready, pending, future } = snapshots;
  return (
    [...ready, ...pending, ...future].some(({ marks }) => (marks.askedAt ?? Number.NEGATIVE_INFINITY) >= requestedAt) ||
    pending.some(({ createdAt }) => createdAt >= requestedAt)
  );
}
