import { type BackendErrorCode, MARKS_LABEL } from "@k8s-snapshots/backend-api";
import type { AcceptedCreation, CreationUnderWay, DiskState } from "./disk-state.ts";
import type { CreationAccepted, CreationRefused, CreationSent, ErrorFacts } from "./fact.ts";
import { intervalOf } from "./interval.ts";
import { marksOf, readMarks } from "./marks.ts";
import { dueDate, latestDate, type Present } from "./present.ts";
import { noteMaking } from "./reduce-history.ts";
import { creationDelay, isSharedThrottle } from "./retry-delay.ts";
import { HOUR, type Monotonic } from "./time.ts";

export function creationSent(state: DiskState, { request }: CreationSent): DiskState {
  const { inDoubtSince, lostMarks = [] } = state.creation ?? {};
  const doubt = inDoubtSince === undefined ? {} : { inDoubtSince };
  return { ...state, creation: { request, isUnderWay: true, lostMarks, ...doubt } };
}

/** The snapshot counts from now on, until a list shows it (rule 6). */
export function creationAccepted(state: DiskState, { snapshot }: CreationAccepted, present: Present): DiskState {
  const { id, createdAt, state: snapshotState, labels, failure } = snapshot;
  const isListed = state.table.rows().some((known) => known.id === id);
  if (isListed && createdAt > latestDate(present)) return nothingMade(state, id, "is dated in the future", present);
  if (isListed && (snapshotState === "failed" || snapshotState === "deleting")) {
    return nothingMade(state, id, "had failed before", present);
  }
  const { creation, creationTrouble, full, ...rest } = state;
  const row = {
    id,
    createdAt: Number.isNaN(createdAt) ? dueDate(present, state) : createdAt,
    state: snapshotState,
    requestedHere: readMarks(labels[MARKS_LABEL])?.instance === present.location.identity.instance,
    marks: marksOf(labels, "ours", failure),
  };
  const accepted: AcceptedCreation = { row, acceptedAt: present.moment.monotonic };
  return {
    ...rest,
    accepted: isListed ? state.accepted : [...state.accepted.filter((one) => one.row.id !== id), accepted],
    makings: row.state === "ready" ? noteMaking(state.makings, 0) : state.makings,
    ...(state.room && { room: { ...state.room, used: true } }),
  };
}

/** The storage system treated the request as an earlier one, whose snapshot is of no use: another try now changes nothing. */
function nothingMade(state: DiskState, id: string, fault: string, present: Present): DiskState {
  const message = `the storage system answered with ${id}, which ${fault}: it treats the request as that one`;
  const error = {
    code: "unexpected",
    scope: "disk",
    outcome: "not-done",
    retryable: false,
    retryAfter: undefined,
  } as const;
  return creationRefused(state, { type: "creation.refused", error: { ...error, message } }, present);
}

export function creationRefused(state: DiskState, { error }: CreationRefused, present: Present): DiskState {
  const { creation, creationTrouble, ...rest } = state;
  const now = present.moment.monotonic;
  const { code, message } = error;
  const inDoubtSince = creation && doubtAfter(creation, error, now);
  const inDoubt =
    creation !== undefined && inDoubtSince !== undefined
      ? { creation: { ...creation, isUnderWay: false, inDoubtSince, lostMarks: marksInDoubt(creation, error) } }
      : undefined;
  if (isSharedThrottle(error) || code === "aborted") {
    return { ...rest, ...inDoubt, ...(creationTrouble && { creationTrouble }) };
  }
  const count = (creationTrouble?.count ?? 0) + 1;
  const deltas = state.rule?.deltas;
  const interval = deltas === undefined ? HOUR : intervalOf(deltas, present).milliseconds;
  const retryAt: Monotonic = now + creationDelay(count, interval, error);
  return {
    ...rest,
    ...inDoubt,
    creationTrouble: { code, message, count, retryAt },
    ...(code === "limit-reached" && !error.retryable && { full: { saidAt: now, message } }),
  };
}

/** Errors by which a storage system answers whether there is such a snapshot: it looked, and made none. */
const answers: ReadonlySet<BackendErrorCode> = new Set(["not-found", "invalid", "limit-reached"]);

/** Since when it is in doubt whether the creation was carried out; `undefined`: it was not. */
function doubtAfter(creation: CreationUnderWay, { outcome, code }: ErrorFacts, now: Monotonic): Monotonic | undefined {
  if (outcome === "unknown") return now;
  return answers.has(code) ? undefined : creation.inDoubtSince;
}

const MOST_LOST = 10;

function marksInDoubt({ request, lostMarks }: CreationUnderWay, { outcome }: ErrorFacts): readonly string[] {
  const marks = request.labels[MARKS_LABEL];
  return outcome === "unknown" && marks !== undefined ? [marks, ...lostMarks].slice(0, MOST_LOST) : lostMarks;
}
