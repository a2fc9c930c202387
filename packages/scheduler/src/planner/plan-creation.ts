import { intervalOf } from "../state/interval.ts";
import { listLag } from "../state/location-state.ts";
import { dueDate, latestDate } from "../state/present.ts";
import { creationDelay } from "../state/retry-delay.ts";
import type { Instant, Monotonic } from "../state/time.ts";
import { askedFor, requestIgnored } from "./asked-for.ts";
import { breakerOpenUntil } from "./breaker.ts";
import type { CreationAction, DeletionAction } from "./disk-plan.ts";
import { roomCountsUntil } from "./fullness.ts";
import { pendingOf } from "./pending.ts";
import type { RoomPlan } from "./plan-room.ts";
import type { Planning } from "./planning.ts";
import type { Deferral } from "./reason.ts";
import { requestOf } from "./request.ts";
import { earlyBy } from "./spread.ts";
import { lapsedUntil, lookAgainAt, othersAtWork } from "./yield-to-others.ts";

/** Whether to take a snapshot now; if not, why not, and when to look again. */
export interface CreationPlan {
  readonly action: CreationAction | undefined;

  /** Deletions that make room for it first (rule 12). */
  readonly room: readonly DeletionAction[];
  readonly deferrals: readonly Deferral[];
  readonly dueAt: Instant | undefined;
  readonly wakeAt: Monotonic;
  readonly listAt: Monotonic;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Takes one snapshot when the interval is over, however many intervals were missed (rule 10), or when a person asked for
 * one (which makes no room for itself), and none while another one
 * is under way (rules 1, 6), after an error (rule 9), while the breaker is open (rule 6), or at a full limit before room
 * is made (rule 12).
 */
export function planCreation(planning: Planning, room: RoomPlan): CreationPlan {
  const { state, present, deltas, snapshots } = planning;
  const { monotonic } = present.moment;
  const now = dueDate(present, state);
  const interval = intervalOf(room.governing, present);
  const pending = pendingOf(planning);
  const newest = Math.max(newestReady(planning), pending.newestStuck ?? -NEVER);
  const asked = askedFor(planning, newest);
  const scheduledAt = newest === -NEVER ? now : interval.after(newest) - earlyBy(planning, room.governing, newest);
  const dueAt = Math.min(scheduledAt, asked?.dueAt ?? NEVER);
  const others = othersAtWork(state, interval.milliseconds, now);
  const standing: readonly Deferral[] = [
    ...pending.deferrals,
    ...room.deferrals,
    ...stretched(planning),
    ...requestIgnored(planning, newest),
    ...(others === undefined ? [] : [{ reason: "AnotherDaemon" as const, count: others.count }]),
  ];

  /** `until` is a date of the storage system. */
  const wait = (until: Instant, ...deferrals: Deferral[]): CreationPlan => ({
    action: undefined,
    room: [],
    deferrals: [...deferrals, ...standing],
    dueAt,
    wakeAt: until === NEVER ? NEVER : monotonic + Math.max(1, until - now),
    listAt: NEVER,
  });
  const toDate = (time: Monotonic): Instant => now + (time - monotonic);
  /** Whether a list was begun after that date; where the storage system gives none, the date has to do. */
  const isLookedAt = (lookAt: Instant): boolean =>
    lookAt <= now && (present.location.list?.begunDate ?? Number.POSITIVE_INFINITY) >= lookAt;
  const lookAgain = (lookAt: Instant): CreationPlan =>
    lookAt > now ? wait(lookAt) : { ...wait(NEVER), listAt: monotonic };

  const { creation } = state;
  if (creation?.isUnderWay) {
    return wait(NEVER, { reason: "Requesting", count: 0, detail: creation.request.name });
  }
  if (pending.waitUntil !== undefined) return wait(pending.waitUntil, pending.waitsFor);
  if (creation?.inDoubtSince !== undefined) {
    const retryAt = state.creationTrouble?.retryAt ?? -NEVER;
    const resolveAt = toDate(Math.max(retryAt, creation.inDoubtSince + listLag(present.location)));
    if (resolveAt > now)
      return wait(resolveAt, { reason: "InDoubt", count: 0, detail: creation.request.name, until: resolveAt });
    const lookAt = lapsedUntil(planning, toDate(creation.inDoubtSince));
    if (lookAt !== undefined && !isLookedAt(lookAt)) return lookAgain(lookAt);
    const { name, idempotencyKey } = creation.request;
    const request = { ...requestOf(planning, interval.milliseconds, asked), name, idempotencyKey };
    return act({ request, reason: "resolve", dueAt: Math.min(dueAt, now) });
  }
  if (dueAt > now) return wait(dueAt);

  const { creationTrouble: trouble, failures } = state;
  if (trouble !== undefined && trouble.retryAt > monotonic) {
    const until = toDate(trouble.retryAt);
    return wait(until, { reason: "CreationFailed", count: trouble.count, detail: trouble.message, until });
  }
  if (failures !== undefined) {
    const until = toDate(failures.seenAt + creationDelay(failures.count, interval.milliseconds));
    const detail = failures.message === undefined ? {} : { detail: failures.message };
    if (until > now) return wait(until, { reason: "SnapshotFailed", count: failures.count, until, ...detail });
  }
  const taken = [...snapshots.ready, ...snapshots.pending];
  const breaker = breakerOpenUntil(taken, intervalOf(deltas, present).milliseconds, now);
  if (breaker !== undefined) return wait(breaker.until, { reason: "BreakerOpen", ...breaker });

  const lookAt = lookAgainAt(planning, dueAt, interval.milliseconds, newest === -NEVER);
  if (lookAt !== undefined && !isLookedAt(lookAt)) return lookAgain(lookAt);
  const isAsked = scheduledAt > now;
  if (room.blocked !== undefined && isAsked) {
    const detail = "a limit is used up, and a request alone deletes nothing";
    return wait(scheduledAt, { reason: "LimitReached", count: 0, detail, until: scheduledAt });
  }
  if (room.blocked !== undefined) {
    const moreAt = Math.min(roomCountsUntil(state, present, interval.milliseconds), monotonic + interval.milliseconds);
    return { ...wait(toDate(moreAt), room.blocked), room: room.deletions };
  }
  return act({
    request: requestOf(planning, interval.milliseconds, asked, isAsked),
    reason: newest === -NEVER ? "first" : isAsked ? "asked" : "due",
    dueAt,
  });

  function act(action: CreationAction): CreationPlan {
    return { action, room: [], deferrals: standing, dueAt, wakeAt: NEVER, listAt: NEVER };
  }
}

/** The newest ever seen, unless it turns out to be dated in the future: the wall clock may have been ahead. */
function newestReady({ state, present, snapshots }: Planning): Instant {
  const newest = snapshots.ready.at(-1)?.createdAt ?? -NEVER;
  const ever = state.newestDate;
  return ever !== undefined && ever <= latestDate(present) ? Math.max(ever, newest) : newest;
}

function stretched({ present, deltas }: Planning): readonly Deferral[] {
  const { stretchedTo } = intervalOf(deltas, present);
  return stretchedTo === undefined ? [] : [{ reason: "IntervalTooShort", count: 0, limit: stretchedTo }];
}
