import { snapshotsOf } from "./disk-snapshots.ts";
import type { DiskState, RefusalRound } from "./disk-state.ts";
import type { DeletionDone, DeletionRefused, DeletionSent } from "./fact.ts";
import type { Present } from "./present.ts";
import { deletionDelay, isSharedThrottle } from "./retry-delay.ts";
import { HOUR } from "./time.ts";

/** Of the deletions of an orphan, or for room: more than their budgets ever look at. */
const MOST_REMEMBERED = 1_000;

/** A deletion that left counts as done, until it is refused: so that no two of them use one budget. */
export function deletionSent(state: DiskState, { id }: DeletionSent): DiskState {
  return { ...state, leaving: [...state.leaving.filter((one) => one.id !== id), { id }] };
}

export function deletionDone(state: DiskState, { id, madeRoom }: DeletionDone, present: Present): DiskState {
  const now = present.moment.monotonic;
  return {
    ...state,
    leaving: [...state.leaving.filter((one) => one.id !== id), { id, answeredAt: now }],
    refusals: state.refusals.filter((refusal) => refusal.id !== id),
    ...(state.rule === undefined && { orphanDeletions: [...state.orphanDeletions.slice(-MOST_REMEMBERED), now] }),
    ...(madeRoom && { room: roomMade(state, present) }),
  };
}

/** The state after each of them was sent and done at this moment, none of them for room: they are looked up once. */
export function deletionsDone(state: DiskState, ids: readonly string[], { moment }: Present): DiskState {
  const done = new Set(ids);
  const before = state.leaving.filter(({ id }) => !done.has(id));
  return {
    ...state,
    leaving: [...before, ...ids.map((id) => ({ id, answeredAt: moment.monotonic }))],
    refusals: state.refusals.filter(({ id }) => !done.has(id)),
  };
}

/** Several deletions may make room for one creation; each counts for an interval. */
function roomMade({ room }: DiskState, { moment }: Present): NonNullable<DiskState["room"]> {
  const before = room === undefined || room.used ? [] : room.deletedAt.slice(-MOST_REMEMBERED);
  return { deletedAt: [...before, moment.monotonic], used: false };
}

const undeletableCodes: ReadonlySet<string> = new Set(["in-use", "locked", "forbidden"]);

/** One whose answer was lost counts as done, and uses up what it would have: the next list says whether it was. */
export function deletionRefused(state: DiskState, fact: DeletionRefused, present: Present): DiskState {
  const { id, error, madeRoom = false } = fact;
  const now = present.moment.monotonic;
  const { code, message, outcome, retryAfter } = error;
  const leaving = state.leaving.filter((one) => one.id !== id);
  if (outcome === "unknown") {
    const done = deletionDone(state, { type: "deletion.done", id, madeRoom }, present);
    return { ...done, leaving: [...leaving, { id, answeredAt: now, inDoubt: true }], refusals: state.refusals };
  }
  if (isSharedThrottle(error) || code === "aborted") return { ...state, leaving };

  const before = state.refusals.find((refusal) => refusal.id === id);
  const undeletable = undeletableCodes.has(code);
  const count = (before?.count ?? 0) + 1;
  const retryAt = now + deletionDelay(count, undeletable, retryAfter);
  return {
    ...state,
    leaving,
    refusals: [
      ...state.refusals.filter((refusal) => refusal.id !== id),
      { id, code, message, count, retryAt, undeletable },
    ],
    ...(undeletable && { refusalRound: noteRefusal({ ...state, leaving }, before !== undefined, present) }),
  };
}

function noteRefusal(state: DiskState, again: boolean, present: Present): RefusalRound {
  const now = present.moment.monotonic;
  const newestId = snapshotsOf(state, present).confirmed.at(-1)?.id;
  const round = state.refusalRound;
  const first = round !== undefined && round.newestId === newestId ? round.first : 0;
  const recent = round?.triedAgainAt.filter((time) => time > now - HOUR) ?? [];
  return {
    newestId,
    first: again ? first : first + 1,
    triedAgainAt: again ? [...recent, now] : recent,
  };
}
