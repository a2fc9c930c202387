import { CLUSTER_LABEL, SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import { averageMilliseconds, type Deltas, decideRetention, parseDeltas } from "@k8s-snapshots/retention";
import type { DeletionAction, Plan } from "../../src/planner/disk-plan.ts";
import { readMarks } from "../../src/state/marks.ts";
import { parseSchedule, scheduleKey } from "../../src/state/schedule-key.ts";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { homeCluster } from "../../src/testing/index.ts";
import { isHeld, policyOf, type Setup, START, type Stored, type World } from "./world.ts";

/** What must hold of every plan, by the number of its rule: a sentence where it does not. Knows nothing of the planner. */
export type Invariant = (context: Context) => string | undefined;

/** A world, what is planned in it, and what was known when it was planned. */
export interface Context {
  readonly setup: Setup;
  readonly world: World;
  readonly plan: Plan;

  /** What the newest finished list showed and nobody has deleted through this process since. */
  readonly known: readonly Stored[];

  /** Those of them that are usable, dated sanely, and of this cluster or of nobody by name. */
  readonly ready: readonly Stored[];

  /** Those, and what this process was told that it made. */
  readonly told: readonly Stored[];
}

export function contextOf(setup: Setup, world: World, plan: Plan): Context {
  const leaving = new Set(world.state.leaving.map(({ id }) => id));
  const known = (world.seen ?? []).filter(({ id }) => !leaving.has(id));
  const ready = known.filter(
    (one) => one.state === "ready" && one.createdAt <= world.now + 5 * MINUTE && isClaimable(one),
  );
  const accepted = new Set(world.state.accepted.map(({ row }) => row.id));
  const told = [...ready, ...world.stored.filter(({ id }) => accepted.has(id) && !ready.some((one) => one.id === id))];
  return { setup, world, plan, known, ready, told };
}

/** Neither another cluster's nor another tool's, nor a copy. */
function isClaimable({ labels, createdAt }: Stored): boolean {
  const requestedAt = readMarks(labels["k8s-snapshots/marks"])?.requestedAt;
  const isCopy = requestedAt !== undefined && createdAt - requestedAt > HOUR;
  const isOther = labels[CLUSTER_LABEL] === "elsewhere" || labels["velero.io/backup"] !== undefined;
  return labels["created-by"] !== undefined && !isOther && !isCopy;
}

const b = (deltas: Deltas | undefined, count: number): number =>
  Math.max((deltas?.generations.length ?? 1) + 1, Math.floor(count / 10));

/** Each deletion by itself. */
function eachDeletion(
  check: (deleted: Stored, action: DeletionAction, context: Context) => string | undefined,
): Invariant {
  return (context) => {
    for (const action of context.plan.deletions) {
      const deleted = context.known.find(({ id }) => id === action.id);
      const fault =
        deleted === undefined
          ? `${action.id}, which the newest list does not show, is to go`
          : check(deleted, action, context);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

export const invariants: Readonly<Record<string, Invariant>> = {
  "1: only ready and failed ones go": eachDeletion(({ state }, { reason }) =>
    state === "ready" || (state === "failed" && reason === "failed") ? undefined : `a ${state} one is to go`,
  ),
  "1: none is begun beside one that is pending and not stuck": ({ setup, world, plan, known }) => {
    if (plan.creation === undefined || plan.creation.reason === "resolve") return undefined;
    if (!setup.dates && world.wallError !== 0) return undefined;
    const waiting = known.filter(
      ({ state, createdAt, labels }) =>
        (state === "pending" || state === "unknown") &&
        world.now - createdAt < 3 * HOUR &&
        labels[CLUSTER_LABEL] === homeCluster,
    );
    return waiting.length === 0 ? undefined : `one is to be taken beside the pending ${waiting[0]?.id}`;
  },
  "2: nothing goes without a valid rule, or its own policy": ({ world, plan }) => {
    if (plan.deletions.length === 0 || world.rule?.deltas !== undefined) return undefined;
    const isOrphan =
      world.rule === undefined && plan.deletions.every(({ reason }) => reason === "orphaned" || reason === "failed");
    return isOrphan ? undefined : "something is to go without a valid rule";
  },
  "2: nothing goes while deletions are suspended": ({ world, plan }) =>
    world.rule?.deletionsSuspended !== undefined && plan.deletions.length > 0 ? "something is to go" : undefined,
  "2: only what a whole list showed, made before it began": eachDeletion(({ createdAt }, { reason }, { world }) => {
    const begunAt = START + (world.location.list?.begunAt ?? Number.NEGATIVE_INFINITY);
    return reason === "failed" || createdAt <= begunAt ? undefined : "one made after the list began is to go";
  }),
  "3: the newest ready one stays, and never all go": ({ plan, ready }) => {
    const ids = new Set(plan.deletions.map(({ id }) => id));
    const newest = ready.reduce(
      (a: Stored | undefined, one) => (a === undefined || one.createdAt > a.createdAt ? one : a),
      undefined,
    );
    if (newest !== undefined && isOurs(newest) && ids.has(newest.id)) return `the newest, ${newest.id}, is to go`;
    return ready.length > 0 && ready.every(({ id }) => ids.has(id)) ? "all ready ones are to go" : undefined;
  },
  "4a: what is held falls by no more than b in an hour": ({ setup, world, plan, ready }) => {
    if (isLifted(world) || world.rule === undefined) return undefined;
    const lately = world.deeds.filter(({ at }) => at > world.now - HOUR);
    const gone = lately.filter(({ what }) => what === "deleted-own" || what === "deleted-other").length;
    const came = lately.filter(({ what }) => what === "became-ready" || what === "appeared").length;
    const going = plan.deletions.filter(({ reason }) => reason === "expired").length;
    const most = b(world.rule.deltas, ready.length + gone) + came + 1;
    return gone + going > most
      ? `${gone} went within an hour and ${going} are to go, more than ${most} (${setup.name})`
      : undefined;
  },
  "4b: of another schedule's no more than b go in the window": ({ setup, world, plan, known }) => {
    if (isLifted(world) || world.rule?.deltas === undefined) return undefined;
    const window = policyOf(setup).deletionBudgetWindow;
    const { deltas } = world.rule;
    const current = scheduleKey(deltas);
    const lately = world.deeds.filter(
      ({ at }) => at > world.now - Math.max(window, averageMilliseconds(deltas.interval)),
    );
    const edited = world.pasts.some(({ until }) => until > world.now - window);
    const gone = lately.filter(({ what }) => what === "deleted-other").length;
    const came = lately.filter(({ what }) => what === "appeared").length;
    const going = plan.deletions.filter(({ id, reason }) => {
      const text = known.find((one) => one.id === id)?.labels[SCHEDULE_LABEL];
      const carried = text === undefined ? undefined : parseSchedule(text);
      return reason === "expired" && (carried === undefined || scheduleKey(carried) !== current);
    }).length;
    if (edited || going === 0) return undefined;
    const most = b(world.rule.deltas, known.length + gone) + came;
    return gone + going > most ? `${gone} went and ${going} are to go, more than ${most}` : undefined;
  },
  "4c: nothing expires before one carries the counts": ({ world, plan, ready }) => {
    if (isLifted(world) || world.rule === undefined) return undefined;
    const counted = ready.some(({ labels }) => readMarks(labels["k8s-snapshots/marks"]) !== undefined);
    return !counted && plan.deletions.some(({ reason }) => reason === "expired") ? "one is to go" : undefined;
  },
  "5: what a schedule in force keeps stays": ({ setup, world, plan, ready, told }) => {
    const expired = plan.deletions.filter(({ reason }) => reason === "expired");
    if (expired.length === 0) return undefined;
    for (const deltas of inForce(setup, world, told)) {
      const kept = new Set(decideRetention(deltas, ready.map(dated)).kept.map(({ snapshot }) => snapshot.id));
      const lost = expired.find(({ id }) => kept.has(id));
      if (lost !== undefined) return `${lost.id} is to go, which ${deltas.text} keeps`;
    }
    return undefined;
  },
  "6: nothing is taken before a whole list": ({ world, plan }) =>
    plan.creation !== undefined && world.seen === undefined ? "one is to be taken" : undefined,
  "7: what is held stays": eachDeletion((deleted) =>
    isHeld(deleted) ? `${deleted.id}, which is held, is to go` : undefined,
  ),
  "8: an orphan's stay for an hour, and where nobody said otherwise": ({ setup, world, plan, told }) => {
    if (world.rule !== undefined || plan.deletions.length === 0) return undefined;
    if (world.now - (world.ruleGoneAt ?? world.now) < policyOf(setup).absenceBeforeExpiry)
      return "its absence is too young";
    if (world.location.unresolvedRules.size > 0) return "its rule is not resolved";
    const newest = told.filter(isOurs).at(-1);
    const policy = readMarks(newest?.labels["k8s-snapshots/marks"])?.policy;
    return policy === "expire" ? undefined : "the newest does not say that they expire";
  },
  "10: none is begun within an interval of the newest known": ({ world, plan, ready }) => {
    if (plan.creation === undefined || plan.creation.reason === "resolve" || world.rule?.deltas === undefined)
      return undefined;
    const newest = Math.max(
      ...ready.filter(isOurs).map(({ createdAt }) => createdAt),
      ...world.state.accepted.filter(({ row }) => row.state === "ready").map(({ row }) => row.createdAt),
    );
    return world.now - newest < averageMilliseconds(world.rule.deltas.interval) && world.wallError === 0
      ? "one is to be taken"
      : undefined;
  },
  "11: only ours go": eachDeletion((deleted) =>
    isOurs(deleted) || isUnmarked(deleted) ? undefined : `${deleted.id} is not ours`,
  ),
  "11: copies stay": eachDeletion(({ id, labels, createdAt }) => {
    const requestedAt = readMarks(labels["k8s-snapshots/marks"])?.requestedAt;
    return requestedAt !== undefined && createdAt - requestedAt > HOUR ? `${id} is a copy` : undefined;
  }),
  "12: room is made only where one is due, by no more than b": ({ world, plan, ready }) => {
    const room = plan.deletions.filter(({ reason }) => reason === "room").length;
    if (room === 0) return undefined;
    if (plan.creation !== undefined || (plan.dueAt ?? Number.POSITIVE_INFINITY) > world.now)
      return "room is made while none is due";
    return room > b(world.rule?.deltas, ready.length) ? `${room} are to make room` : undefined;
  },
  "13: ready only while the newest is young enough": ({ setup, world, plan, ready }) => {
    if (!plan.readiness?.ready || world.rule?.deltas === undefined) return undefined;
    const own = [...ready.filter(isOurs), ...ready.filter(isUnmarked)].map(({ createdAt }) => createdAt);
    const accepted = world.state.accepted.filter(({ row }) => row.state === "ready").map(({ row }) => row.createdAt);
    const age = world.now - Math.max(...own, ...accepted, Number.NEGATIVE_INFINITY);
    const making = world.state.makings.length === 0 ? HOUR : Math.max(...world.state.makings);
    const interval = Math.max(averageMilliseconds(world.rule.deltas.interval), policyOf(setup).minInterval);
    return age > Math.max(interval, making) + making + Math.max(10 * MINUTE, interval / 10)
      ? `the newest is ${age / HOUR} h old`
      : undefined;
  },
  "15: nothing expires while clocks disagree": ({ setup, world, plan }) =>
    setup.dates && world.wallError !== 0 && plan.deletions.some(({ reason }) => reason !== "failed")
      ? "something is to go"
      : undefined,
};

function isOurs({ labels }: Stored): boolean {
  const isOther = labels["velero.io/backup"] !== undefined || labels[CLUSTER_LABEL] === "elsewhere";
  return labels["created-by"] !== undefined && labels[CLUSTER_LABEL] !== undefined && !isOther;
}

function isUnmarked({ labels }: Stored): boolean {
  return labels["created-by"] !== undefined && labels[CLUSTER_LABEL] === undefined;
}

function isLifted({ rule }: World): boolean {
  return (
    rule?.ignoreDeletionBudget === true || (rule?.deltas !== undefined && rule.confirmedDeltas === rule.deltas.text)
  );
}

const dated = ({ id, createdAt }: Stored): { id: string; createdAt: Date } => ({ id, createdAt: new Date(createdAt) });

/** Rule 5, told from outside: what this process saw within the grace, and what the snapshots say. */
function inForce(setup: Setup, world: World, told: readonly Stored[]): readonly Deltas[] {
  const { rule, now, pasts } = world;
  const grace = policyOf(setup).scheduleChangeGrace;
  if (rule?.deltas === undefined) return [];
  if (rule.confirmedDeltas === rule.deltas.text) return [rule.deltas];
  const texts = new Set([
    rule.deltas.text,
    ...pasts.filter(({ until }) => until > now - grace).map(({ schedule }) => schedule),
  ]);
  const carried = told.filter(isOurs).toSorted((x, y) => y.createdAt - x.createdAt);
  for (const { createdAt, labels } of carried)
    if (createdAt > now - grace && labels[SCHEDULE_LABEL]) texts.add(labels[SCHEDULE_LABEL]);
  const newest = carried[0];
  const text = newest?.labels[SCHEDULE_LABEL];
  if (text !== undefined && text !== rule.deltas.text) texts.add(text);
  return [...texts].map((one) => parseDeltas(one));
}
