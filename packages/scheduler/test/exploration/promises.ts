import { averageMilliseconds, type Deltas, decideRetention, forecast } from "@k8s-snapshots/retention";
import { type Deferral, type Reason, reasons } from "../../src/planner/reason.ts";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { type Context, dated, type Invariant, inForce } from "./context.ts";
import { isOurs, isUnmarked, marksOf } from "./ownership.ts";
import { isHeld, policyOf, START } from "./world.ts";

/** What must be planned, or the plan must say why it is not; and what it says must be so. By the number of the rule. */
export const promises: Readonly<Record<string, Invariant>> = {
  "what is due is taken, or it is said why not": (context) => {
    const { world, plan } = context;
    if (world.seen === undefined || plan.creation !== undefined || world.rule?.deltas === undefined) return undefined;
    if (plan.deferrals.some(({ reason }) => reason === "AnotherDaemon" || defersCreation(reason))) return undefined;
    const overdue = world.now - certainlyDue(context);
    return overdue < 0 ? undefined : `one has been due for ${overdue / HOUR} h`;
  },
  "6: what is overdue is taken although somebody else may serve the location": (context) => {
    const { world, plan } = context;
    const { lapsedAt, list } = world.location;
    if (lapsedAt === undefined || plan.creation !== undefined || world.rule?.deltas === undefined) return undefined;
    if (
      plan.deferrals.some(
        ({ reason }) => reason !== "OwnershipLapsed" && (reason === "AnotherDaemon" || defersCreation(reason)),
      )
    )
      return undefined;
    const overdueAt = Math.max(certainlyDue(context), START + lapsedAt) + 5 * MINUTE;
    const begunAt = START + (list?.begunAt ?? Number.NEGATIVE_INFINITY);
    return begunAt >= overdueAt && plan.listAt === Number.POSITIVE_INFINITY ? "one is overdue" : undefined;
  },
  "what has expired goes, or it is said why not": (context) => {
    const { setup, world, plan, ready } = context;
    const saysWhy = ({ reason }: Deferral): boolean => reason === "Undeletable" || defersDeletion(reason);
    if (world.seen === undefined || plan.deletions.length > 0 || plan.deferrals.some(saysWhy)) return undefined;
    if (!setup.dates && world.wallError < 0) return undefined;
    const [deltas, ...others] = inForce(context);
    if (deltas === undefined || others.length > 0 || !ready.every((one) => marksOf(one.labels))) return undefined;
    const listed = ready.filter(({ createdAt }) => createdAt <= START + (world.location.list?.begunAt ?? 0));
    const newest = Math.max(...listed.map(({ createdAt }) => createdAt));
    const mayGo = new Set(listed.filter((one) => !isHeld(one) && one.createdAt < newest).map(({ id }) => id));
    const { expired } = decideRetention(deltas, listed.map(dated));
    const old = expired.find(({ snapshot }) => mayGo.has(snapshot.id));
    return old && `${old.snapshot.id} stays, which no schedule keeps`;
  },
  "1: a pending one is waited for at most a day and what doubles it": ({ setup, world, plan, known }) => {
    if (!setup.dates || !says(plan, "Pending", "Unknown") || world.rule?.deltas === undefined) return undefined;
    const base = Math.max(policyOf(setup).stuckAfter, 3 * averageMilliseconds(world.rule.deltas.interval));
    const waiting = [...known.filter(isOurs), ...world.state.accepted.map(({ row }) => row)]
      .filter(({ state }) => state === "pending" || state === "unknown")
      .sort((x, y) => x.createdAt - y.createdAt);
    return waiting.some(({ createdAt }, index) => world.now - createdAt < base * Math.min(2 ** index, 8))
      ? undefined
      : "one is still waited for";
  },
  "1: failed ones go, but for the newest, or it is said why not": ({ world, plan, known }) => {
    if (world.rule?.deltas === undefined || plan.deferrals.some(({ reason }) => defersDeletion(reason)))
      return undefined;
    const failed = known.filter((one) => one.state === "failed" && isOurs(one)).slice(0, -1);
    const left = failed.find(
      (one) =>
        !isHeld(one) &&
        !world.refusals.some(({ id }) => id === one.id) &&
        !plan.deletions.some(({ id }) => id === one.id),
    );
    return left && `${left.id} stays`;
  },
  "2: newer ones that are pending, or in no list, stop no deletion": ({ world, plan, ready }) => {
    const begunAt = START + (world.location.list?.begunAt ?? Number.NEGATIVE_INFINITY);
    const confirmed = ready.find((one) => isOurs(one) && one.createdAt <= begunAt);
    return confirmed && says(plan, "NothingConfirmed") ? `${confirmed.id} is confirmed` : undefined;
  },
  "8: a policy that no snapshot carries is not lost without a word": ({ world, plan, told }) => {
    if (!world.policyUnrecorded) return undefined;
    const newest = told
      .filter(isOurs)
      .toSorted((x, y) => x.createdAt - y.createdAt)
      .at(-1);
    const retains = newest !== undefined && marksOf(newest.labels)?.policy !== "expire";
    return retains && !says(plan, "PolicyNotRecorded") ? "nothing says that they stay" : undefined;
  },
  "9: that the location is to slow down is no trouble of the disk": ({ world, plan }) =>
    says(plan, "CreationFailed") && !world.isRefused ? "a failure is said that was none of the disk" : undefined,
  "12: what cannot be done is said, with the numbers": ({ setup, world, plan }) => {
    const { maxSnapshotsPerDisk: limit } = setup;
    if (limit === undefined || world.seen === undefined || world.rule?.deltas === undefined) return undefined;
    const others = world.seen.filter((one) => !isOurs(one) && !isUnmarked(one)).length;
    const needed = mostOf(world.rule.deltas);
    const possible = Math.max(0, limit - others);
    const said = plan.deferrals.find(({ reason }) => reason === "ScheduleImpossible");
    if (needed <= possible) return said && "what can be done is said to be impossible";
    return said?.needed === needed && said.limit === possible
      ? undefined
      : `${needed} are needed and ${possible} possible, and nothing says so`;
  },
};

function says({ deferrals }: Context["plan"], ...wanted: readonly Reason[]): boolean {
  return deferrals.some(({ reason }) => wanted.includes(reason));
}

function defersCreation(reason: Reason): boolean {
  return reasons[reason].defers === "creation" || reasons[reason].defers === "both";
}

function defersDeletion(reason: Reason): boolean {
  return reasons[reason].defers === "deletion" || reasons[reason].defers === "both";
}

/** When one is due by anyone's reckoning: by the longest interval in force, from the newest that this process ever saw. */
function certainlyDue(context: Context): number {
  const { setup, world } = context;
  const intervals = inForce(context).map(({ interval }) => averageMilliseconds(interval));
  const interval = Math.max(policyOf(setup).minInterval, ...intervals);
  if (world.newest === undefined) return world.processStartedAt;
  const { date, seenAt } = world.newest;
  if (setup.dates || world.wallError >= 0) return date + interval;
  const isFutureSeen = world.seen?.some(({ createdAt }) => createdAt > world.now);
  return isFutureSeen ? Number.POSITIVE_INFINITY : seenAt + interval;
}

const needs = new WeakMap<Deltas, number>();

/** The most snapshots that the schedule needs at once. */
function mostOf(deltas: Deltas): number {
  const most = needs.get(deltas) ?? forecast(deltas).most;
  needs.set(deltas, most);
  return most;
}
