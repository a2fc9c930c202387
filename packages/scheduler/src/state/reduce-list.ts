import { IDEMPOTENCY_KEY_LABEL, MARKS_LABEL } from "@k8s-snapshots/backend-api";
import { averageMilliseconds } from "@k8s-snapshots/retention";
import { type Claim, claimSnapshots, type ListedSnapshot } from "./claim-snapshots.ts";
import { deletionShare } from "./deletion-share.ts";
import type { AcceptedCreation, DiskState } from "./disk-state.ts";
import type { DiskListed } from "./fact.ts";
import { listLag } from "./location-state.ts";
import { none, only } from "./none.ts";
import { dueDate, latestDate, type Present } from "./present.ts";
import { noteMaking } from "./reduce-history.ts";
import { type SnapshotRow, SnapshotTable } from "./snapshot-table.ts";
import { HOUR, type Instant, MINUTE, type Milliseconds } from "./time.ts";

/** A whole list takes the place of the one before; what this process wrote since stays over it (rule 6). */
export function diskListed(state: DiskState, fact: DiskListed, present: Present): DiskState {
  const { list } = fact;
  const listed = withDates(eachOnce(fact.snapshots), state, present);
  const known = new Map(state.table.rows().map((row) => [row.id, row]));
  const isOwnWrite = (id: string): boolean =>
    known.get(id)?.requestedHere === true || state.accepted.some(({ row }) => row.id === id);
  const { identity, firstList } = present.location;
  const claim = claimSnapshots(listed, state.disk, identity, fact.before && firstList?.begunDate, isOwnWrite);
  const table = SnapshotTable.of(claim.rows, state.table);
  const listedIds = new Set(listed.map(({ id }) => id));
  const lag = listLag(present.location);
  const { creation, ruleAbsentSince, ...rest } = state;
  const still = stillAccepted(state, known, listedIds, fact, present);
  const stillInDoubt = creation !== undefined && !isShown(creation, listed);
  const absentSince = state.rule === undefined ? (ruleAbsentSince ?? present.moment.monotonic) : undefined;
  return {
    ...rest,
    ...(stillInDoubt && { creation }),
    ...(absentSince !== undefined && { ruleAbsentSince: absentSince }),
    table,
    strangers: claim.strangers,
    unlabelled: fact.unlabelled,
    listsToAgree: isUnexplained(state, table, known, listedIds, fact, present)
      ? 1
      : Math.max(0, state.listsToAgree - 1),
    accepted: still,
    ...afterGivenUp(state, still, listedIds),
    leaving: only(state.leaving, ({ answeredAt }) => answeredAt === undefined || list.begunAt - answeredAt <= lag),
    makings: makingsShown(state, table, known, fact, present),
    // One that a list lacks may come back: it is not asked for again before its time (rule 7).
    refusals: only(state.refusals, ({ id, retryAt }) => listedIds.has(id) || retryAt > present.moment.monotonic),
    ...elsewhereAfter(state, claim.elsewhere, latestDate(present)),
  };
}

/**
 * Safety rule 6: what was accepted, or seen in the making, is given up when a second list lacks it that must show it: one
 * list alone may lack anything (rule 4d), and what is given up is taken once more.
 */
function stillAccepted(
  state: DiskState,
  known: ReadonlyMap<string, SnapshotRow>,
  listedIds: ReadonlySet<string>,
  { list }: DiskListed,
  { location, moment }: Present,
): readonly AcceptedCreation[] {
  const lag = listLag(location);
  const still: AcceptedCreation[] = [];
  for (const one of state.accepted) {
    if (listedIds.has(one.row.id)) continue;
    if (list.begunAt - one.acceptedAt <= lag) still.push(one);
    else if (!one.missed) still.push({ ...one, missed: true });
  }
  const leaving = new Set(state.leaving.map(({ id }) => id));
  for (const row of known.values()) {
    const isMaking = row.state === "pending" || row.state === "unknown";
    if (isMaking && !listedIds.has(row.id) && !leaving.has(row.id)) {
      still.push({ row, acceptedAt: moment.monotonic, missed: true });
    }
  }
  return still.length === 0 ? none : still;
}

/** What is given up may have been made all the same: the next one is due an interval after it. */
function afterGivenUp(
  { accepted, newestDate = Number.NEGATIVE_INFINITY }: DiskState,
  still: readonly AcceptedCreation[],
  listedIds: ReadonlySet<string>,
): Pick<DiskState, "newestDate" | "newestSeenAt"> {
  const kept = new Set(still.map(({ row }) => row.id));
  const givenUp = accepted.filter(({ row }) => !kept.has(row.id) && !listedIds.has(row.id) && row.state !== "failed");
  const newest = givenUp.at(-1);
  if (newest === undefined || newest.row.createdAt <= newestDate) return {};
  return { newestDate: newest.row.createdAt, newestSeenAt: newest.acceptedAt };
}

/** Of one that moved from page to page while the list was read, the later look counts. */
function eachOnce(listed: readonly ListedSnapshot[]): readonly ListedSnapshot[] {
  const byId = new Map(listed.map((snapshot) => [snapshot.id, snapshot]));
  return byId.size === listed.length ? listed : [...byId.values()];
}

const MOST_INSTANCES = 8;

/** Notes what another process requested under our mark (rule 6), each once: it may be missing from a list and come back. */
function elsewhereAfter(
  { elsewhere }: DiskState,
  requested: Claim["elsewhere"],
  latest: Instant,
): Pick<DiskState, "elsewhere"> {
  const counted = elsewhere?.newest ?? Number.NEGATIVE_INFINITY;
  const news = requested.filter(({ createdAt }) => createdAt > counted && createdAt <= latest);
  if (news.length === 0) return {};
  const dates = news.map(({ createdAt }) => createdAt);
  const instances = new Set([...news.map(({ instance }) => instance), ...(elsewhere?.instances ?? [])]);
  return {
    elsewhere: {
      count: (elsewhere?.count ?? 0) + news.length,
      newest: Math.max(elsewhere?.newest ?? Number.NEGATIVE_INFINITY, ...dates),
      instances: [...instances].slice(0, MOST_INSTANCES),
    },
  };
}

/** A snapshot without a date is dated when it was first seen. */
function withDates(listed: readonly ListedSnapshot[], state: DiskState, present: Present): readonly ListedSnapshot[] {
  if (!listed.some(({ createdAt }) => Number.isNaN(createdAt))) return listed;
  const known = new Map(state.table.rows().map((row) => [row.id, row.createdAt]));
  const now = dueDate(present, state);
  return listed.map((snapshot) =>
    Number.isNaN(snapshot.createdAt)
      ? { ...snapshot, createdAt: known.get(snapshot.id) ?? now, state: "unknown" }
      : snapshot,
  );
}

/** A creation in doubt was carried out: a list shows its key or its marks. */
function isShown(creation: NonNullable<DiskState["creation"]>, listed: readonly ListedSnapshot[]): boolean {
  const { request, inDoubtSince, lostMarks } = creation;
  if (inDoubtSince === undefined) return false;
  return listed.some(
    ({ labels }) =>
      labels[IDEMPOTENCY_KEY_LABEL] === request.idempotencyKey || lostMarks.includes(labels[MARKS_LABEL] ?? ""),
  );
}

/**
 * Safety rule 4d: whether more ready ones came or went between two lists than anyone explains. A list that lacks most of
 * them, or shows what was deleted long ago, is believed only when the next one agrees.
 */
function isUnexplained(
  state: DiskState,
  table: SnapshotTable,
  known: ReadonlyMap<string, SnapshotRow>,
  listedIds: ReadonlySet<string>,
  { before }: DiskListed,
  present: Present,
): boolean {
  if (before === undefined || table === state.table) return false;
  const deltas = state.rule?.deltas;
  const interval: Milliseconds = deltas === undefined ? HOUR : averageMilliseconds(deltas.interval);
  const oldEnough = (before.begunDate ?? state.newestDate ?? Number.NEGATIVE_INFINITY) - Math.max(HOUR, 2 * interval);
  const leaving = new Set(state.leaving.map(({ id }) => id));
  const latest = latestDate(present);
  let count = 0;
  let appeared = 0;
  let vanished = 0;
  for (const row of table.rows()) {
    if (row.state === "ready" && !known.has(row.id) && row.createdAt < oldEnough) appeared++;
  }
  for (const [id, { state: was, createdAt }] of known) {
    if (was !== "ready" || createdAt > latest) continue;
    count++;
    if (!listedIds.has(id) && !leaving.has(id)) vanished++;
  }
  return appeared + vanished > deletionShare(count, deltas, present.policy);
}

/** No two lists are further apart while a snapshot is waited for: where they are, nobody knows when it got ready. */
const LONGEST_LOOK: Milliseconds = 10 * MINUTE;

/**
 * How long those took that this list is the first to show ready. After an outage no more than the list before it and one
 * look: what the outage took is not part of the making, and must not make readiness believe in slow snapshots (rule 13).
 */
function makingsShown(
  state: DiskState,
  table: SnapshotTable,
  known: ReadonlyMap<string, SnapshotRow>,
  { list, before }: DiskListed,
  present: Present,
): readonly Milliseconds[] {
  const sinceLooked = before === undefined ? 0 : list.begunAt - before.begunAt;
  const now = dueDate(present, state);
  let { makings } = state;
  // Stryker disable next-line all: spares the look at every row where none is new
  if (table === state.table && state.accepted.length === 0) return makings;
  for (const { id, state: is, createdAt } of table.rows()) {
    if (is !== "ready") continue;
    const was = known.get(id) ?? state.accepted.find(({ row }) => row.id === id)?.row;
    if (was?.state !== "pending") continue;
    const age = Math.max(0, now - createdAt);
    makings = noteMaking(makings, age - Math.max(0, Math.min(sinceLooked, age) - LONGEST_LOOK));
  }
  return makings;
}
