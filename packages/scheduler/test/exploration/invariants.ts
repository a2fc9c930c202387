import { CLUSTER_LABEL, SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import { averageMilliseconds, type Deltas, decideRetention } from "@k8s-snapshots/retention";
import type { DeletionAction } from "../../src/planner/disk-plan.ts";
import { ASKED_LABEL } from "../../src/state/marks.ts";
import { parseSchedule, scheduleKey } from "../../src/state/schedule-key.ts";
import { HOUR, type Instant, MINUTE } from "../../src/state/time.ts";
import { homeCluster } from "../../src/testing/index.ts";
import { b, type Context, dated, type Invariant, inForce } from "./context.ts";
import { isCopy, isOurs, isUnmarked, marksOf } from "./ownership.ts";
import { promises } from "./promises.ts";
import { type Deed, isHeld, isLifted, policyOf, START, type Stored } from "./world.ts";

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

/** What must never be planned, by the number of the rule. */
const prohibitions: Readonly<Record<string, Invariant>> = {
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
  "2: nothing goes by rules that were not confirmed, and nothing is taken by old ones": ({ world, plan }) => {
    if (world.rulesAge >= HOUR && plan.deletions.length > 0) return "something is to go";
    return world.rulesAge > 3 * HOUR && plan.creation !== undefined ? "something is to be taken" : undefined;
  },
  "2: nothing goes while somebody else may serve the location": ({ world, plan }) =>
    world.location.lapsedAt !== undefined && plan.deletions.length > 0 ? "something is to go" : undefined,
  "6: where somebody else may serve the location only what is overdue in a list begun after that is taken": ({
    world,
    plan,
    told,
  }) => {
    const { lapsedAt, list } = world.location;
    if (lapsedAt === undefined || plan.creation === undefined) return undefined;
    const wait = 5 * MINUTE;
    const begunAt = START + (list?.begunAt ?? Number.NEGATIVE_INFINITY);
    if (begunAt < START + lapsedAt + wait) return "the list is from before";
    const newest = Math.max(
      ...told.filter((one) => isOurs(one) && one.state === "ready").map(({ createdAt }) => createdAt),
    );
    const { deltas } = world.rule as { deltas: Deltas };
    if (plan.creation.reason === "resolve" || newest === Number.NEGATIVE_INFINITY) return undefined;
    return begunAt < newest + averageMilliseconds(deltas.interval) + wait ? "it is not overdue" : undefined;
  },
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
  // As this process knows it: what a list shows for the first time, or for the first time ready, came when it was shown.
  "4a: what is held falls by no more than b in an hour": ({ setup, world, plan, ready }) => {
    if (isLifted(world) || world.rule === undefined) return undefined;
    const lately = world.deeds.filter(({ at }) => at > world.now - HOUR);
    const gone = lately.filter(({ what }) => deletions.has(what)).length;
    const came = new Set(lately.filter(({ what }) => comings.has(what)).map(({ id }) => id)).size;
    const going = plan.deletions.filter(({ reason }) => reason === "expired").length;
    // What another process before this one saw within the hour only the counts on snapshots tell.
    const processes = world.processStartedAt > Math.max(START, world.now - HOUR) ? 2 : 1;
    const most = processes * b(world.rule.deltas, ready.length + gone) + came + 1;
    return gone + going > most
      ? `${gone} went within an hour and ${going} are to go, more than ${most} (${setup.name})`
      : undefined;
  },
  // What goes while a person has lifted the budget counts for nothing: after a restart nobody knows of it.
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
    const counted = ready.some(({ labels }) => marksOf(labels) !== undefined);
    return !counted && plan.deletions.some(({ reason }) => reason === "expired") ? "one is to go" : undefined;
  },
  "4c: nothing expires while more stand than the newest one's count explains": ({ world, plan, ready }) => {
    if (isLifted(world) || world.rule === undefined) return undefined;
    const ours = ready.filter(isOurs).toSorted((x, y) => x.createdAt - y.createdAt);
    const last = ours.findLastIndex(({ labels }) => marksOf(labels) !== undefined);
    const counted = marksOf(ours[last]?.labels ?? {})?.held ?? 0;
    const unexplained = last - counted;
    return unexplained > b(world.rule.deltas, counted) && plan.deletions.some(({ reason }) => reason === "expired")
      ? `${unexplained} more stand than were counted, and one is to go`
      : undefined;
  },
  "4d: nothing goes while lists disagree": ({ world, plan }) =>
    world.lacksMany && plan.deletions.length > 0 ? "one is to go though the list lacks many" : undefined,
  "5: what a schedule in force keeps stays": (context) => {
    const { plan, ready } = context;
    const expired = plan.deletions.filter(({ reason }) => reason === "expired");
    if (expired.length === 0) return undefined;
    for (const deltas of inForce(context)) {
      const kept = new Set(decideRetention(deltas, ready.map(dated)).kept.map(({ snapshot }) => snapshot.id));
      const lost = expired.find(({ id }) => kept.has(id));
      if (lost !== undefined) return `${lost.id} is to go, which ${deltas.text} keeps`;
    }
    return undefined;
  },
  "1: none is begun within a minute of one that failed": ({ world, plan, known }) => {
    if (plan.creation === undefined) return undefined;
    const failed = [...known.filter(isOurs), ...world.state.accepted.map(({ row }) => row)].find(
      ({ state, createdAt }) => state === "failed" && world.now - createdAt < MINUTE,
    );
    return failed && `one is to be taken right after ${failed.id} failed`;
  },
  "6: nothing is taken before a whole list": ({ world, plan }) =>
    plan.creation !== undefined && world.seen === undefined ? "one is to be taken" : undefined,
  // A request whose answer was lost is settled all the same, under the key that it was sent with before.
  "6: of two daemons the one that comes later in the alphabet waits for the other": ({ setup, world, plan, ready }) => {
    const { list, firstList, identity } = world.location;
    if (
      plan.creation === undefined ||
      plan.creation.reason === "resolve" ||
      world.rule?.deltas === undefined ||
      firstList === undefined
    )
      return undefined;
    const interval = averageMilliseconds(world.rule.deltas.interval);
    const others = ready.filter(({ createdAt, labels }) => {
      const { instance } = marksOf(labels) ?? { instance: identity.instance };
      const isLately = createdAt > START + firstList.begunAt && world.now - createdAt <= 4 * interval;
      return instance < identity.instance && isLately && labels[CLUSTER_LABEL] === homeCluster;
    });
    const lookAt = plan.creation.dueAt + interval / 10;
    return setup.dates &&
      new Set(others.map(({ createdAt }) => createdAt)).size >= 2 &&
      START + (list?.begunAt ?? 0) < lookAt
      ? "one is to be taken at once"
      : undefined;
  },
  "7: what is held stays": eachDeletion((deleted) =>
    isHeld(deleted) ? `${deleted.id}, which is held, is to go` : undefined,
  ),
  "7: what was refused is not asked for again within an hour": ({ world, plan }) => {
    const refused = world.refusals.find(
      ({ id, at }) => at > world.now - HOUR && plan.deletions.some((action) => action.id === id),
    );
    return refused && `${refused.id}, which was refused ${(world.now - refused.at) / MINUTE} minutes ago, is to go`;
  },
  "6: a request makes one snapshot, and none once it is an hour old": ({ world, plan }) => {
    if (plan.creation?.reason !== "asked") return undefined;
    const requestedAt = world.rule?.requestedAt;
    if (requestedAt === undefined) return "nobody asked for one";
    if (requestedAt > world.now || world.now - requestedAt > HOUR) return "the request is not of now";
    const mark = new Date(requestedAt).toISOString();
    if (plan.creation.request.labels[ASKED_LABEL] !== mark) return "it does not carry the mark of the request";
    const served = world.stored.find(
      (one) =>
        isOurs(one) && one.state !== "failed" && (one.createdAt > requestedAt || one.labels[ASKED_LABEL] === mark),
    );
    return served === undefined ? undefined : `${served.id} has served the request`;
  },
  "8: an orphan's stay for an hour, and where nobody said otherwise": ({ setup, world, plan, told }) => {
    if (world.rule !== undefined || plan.deletions.length === 0) return undefined;
    if (world.now - (world.ruleGoneAt ?? world.now) < policyOf(setup).absenceBeforeExpiry)
      return "its absence is too young";
    if (world.location.unresolvedRules.size > 0) return "its rule is not resolved";
    const newest = told
      .filter(isOurs)
      .toSorted((x, y) => x.createdAt - y.createdAt)
      .at(-1);
    const policy = marksOf(newest?.labels ?? {})?.policy;
    return policy === "expire" ? undefined : "the newest does not say that they expire";
  },
  "10: none is begun within an interval of the newest known": (context) => {
    const { setup, world, plan, ready } = context;
    const { reason } = plan.creation ?? {};
    if (reason === undefined || reason === "resolve" || world.rule?.deltas === undefined) return undefined;
    const newest = Math.max(
      ...ready.filter(isOurs).map(({ createdAt }) => createdAt),
      ...world.state.accepted.filter(({ row }) => row.state === "ready").map(({ row }) => row.createdAt),
    );
    const isDateKnown = setup.dates || world.wallError === 0;
    const interval =
      reason === "asked"
        ? policyOf(setup).minInterval
        : Math.min(...inForce(context).map((deltas) => averageMilliseconds(deltas.interval)));
    const early = isFirstOfSchedule(context, newest) ? policyOf(setup).scheduleSpread : 0;
    return world.now - newest < interval * (1 - early) && isDateKnown ? "one is to be taken" : undefined;
  },
  "11: only ours go": eachDeletion((deleted) =>
    isOurs(deleted) || isUnmarked(deleted) ? undefined : `${deleted.id} is not ours`,
  ),
  "11: copies stay": eachDeletion((deleted, _, { world }) =>
    isCopy(deleted) && !world.answeredLate.includes(deleted.id) ? `${deleted.id} is a copy` : undefined,
  ),
  "12: room is made only where one is due, by no more than b": ({ world, plan, ready }) => {
    const room = plan.deletions.filter(({ reason }) => reason === "room").length;
    if (room === 0) return undefined;
    if (plan.creation !== undefined || (world.wallError === 0 && (plan.dueAt ?? Number.POSITIVE_INFINITY) > world.now))
      return "room is made while none is due";
    return room > b(world.rule?.deltas, ready.length) ? `${room} are to make room` : undefined;
  },
  "13: ready only while the newest is young enough": ({ setup, world, plan, ready }) => {
    if (!plan.readiness?.ready || world.rule?.deltas === undefined) return undefined;
    if (!setup.dates && world.wallError < 0) return undefined;
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
  "15: an orphan's go by the storage system's date alone": ({ world, plan }) =>
    world.location.clock.date === undefined && plan.deletions.some(({ reason }) => reason === "orphaned")
      ? "something is to go, and no date is known"
      : undefined,
};

export const invariants: Readonly<Record<string, Invariant>> = { ...prohibitions, ...promises };

const deletions: ReadonlySet<Deed["what"]> = new Set(["deleted-own", "deleted-other", "deleted-lifted"]);
const comings: ReadonlySet<Deed["what"]> = new Set(["became-ready", "appeared", "came-to-be-known"]);

/** Whether the newest was requested when none under its schedule stood. */
function isFirstOfSchedule({ ready, world }: Context, newest: Instant): boolean {
  const marks =
    world.state.accepted.find(({ row }) => row.createdAt === newest)?.row.marks ??
    marksOf(ready.find(({ createdAt }) => createdAt === newest)?.labels ?? {});
  return marks?.held !== undefined && marks.held === marks.others;
}
