import { averageMilliseconds, type Deltas, parseDeltas } from "@k8s-snapshots/retention";
import { DAY, HOUR, type Instant, type Milliseconds } from "../../../src/state/time.ts";
import type { ProcessRecord } from "../world/call-log.ts";
import { intervalOfSchedule } from "../world/schedules.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import type { DeletionContext } from "./deletion-context.ts";
import type { DeletionInvariant } from "./deletions.ts";
import { isOfAnother } from "./expiry.ts";
import { isConfirmed, sameSchedule } from "./in-force.ts";

/** b: how many of `count` may go at once. */
export function share(count: number, deltas: Deltas | undefined): number {
  return Math.max((deltas?.generations.length ?? 1) + 1, Math.floor(count / 10));
}

/** What holds for how much goes, and how fast. */
export const budgetInvariants: Readonly<Record<string, DeletionInvariant>> = {
  "rule 4a: what is held does not fall by more than a share within an hour": (context) => {
    const { deletion, rule, world, process, now } = context;
    if (deletion.reason !== "expired" || rule?.deltas === undefined || isLifted(context)) return undefined;
    if (wasTouched(context)) return undefined;
    const high = heldHigh(world, deletion.diskId, process, now);
    const fall = high - (heldNow(world, deletion.diskId, process.cluster) - 1);
    const isBehind = world.plan.on.has("slow-lists") || world.plan.on.has("list-lag");
    const most = (share(high, rule.deltas) + (isBehind ? 5 : 1)) * daemons(world) + unnoticed(context);
    return fall > most ? `${fall} fewer than an hour ago, of ${high}: more than ${most}` : undefined;
  },

  "rule 4b: of another schedule's no more than a share goes in a window": (context) => {
    const { deletion, rule, world, now, process } = context;
    if (deletion.reason !== "expired" || rule?.deltas === undefined || isLifted(context) || !isOfAnother(context)) {
      return undefined;
    }
    const interval = averageMilliseconds(rule.deltas.interval);
    const window: Milliseconds = Math.max(world.plan.policy.deletionBudgetWindow ?? DAY, interval);
    const from = Math.max(now - window, scheduleSince(context), process.remembersSince);
    const cluster = new Set(
      world.processes.filter(({ record }) => record.cluster === process.cluster).map(({ record }) => record.name),
    );
    const gone = world.deletions.filter(
      ({ at, diskId, reason, under, schedule, outcome, process: by }) =>
        at > from &&
        diskId === deletion.diskId &&
        reason === "expired" &&
        outcome !== "refused" &&
        cluster.has(by) &&
        sameSchedule(under, rule.deltas?.text) &&
        !sameSchedule(schedule, under),
    );
    const most =
      share(othersAtMost(context, from), rule.deltas) * daemons(world) +
      othersMadeSince(context, from) +
      unnoticed(context);
    return gone.length + 1 > most ? `${gone.length + 1} in ${window / HOUR} h, more than ${most}` : undefined;
  },

  "rule 8: of an orphan no more than a share goes in an hour or an interval": (context) => {
    const { deletion, world, now, process } = context;
    // A list that lacks the whole disk makes the process forget it, as a restart would.
    if (deletion.reason !== "orphaned" || world.plan.on.has("flapping-lists")) return undefined;
    const schedule = context.confirmed.at(-1)?.labels["k8s-snapshots/deltas"];
    const interval = schedule === undefined ? HOUR : intervalOfSchedule(schedule);
    const from = Math.max(now - Math.max(HOUR, interval), process.startedAt);
    const gone = deletionsSince(world, deletion.diskId, from, "orphaned").filter(
      ({ process: by }) => by === process.name,
    );
    const standing = heldNow(world, deletion.diskId, process.cluster) + gone.length;
    const most = share(standing, schedule === undefined ? undefined : parseDeltas(schedule));
    return gone.length + 1 > most && !world.plan.on.has("ownership")
      ? `${gone.length + 1} of ${standing}, more than ${most}`
      : undefined;
  },

  "rule 12: no more room is made than a share in an interval": (context) => {
    const { deletion, rule, world, now, process } = context;
    if (deletion.reason !== "room" || rule?.deltas === undefined) return undefined;
    const created =
      world.creations.findLast(({ diskId, outcome }) => diskId === deletion.diskId && outcome === "done")?.at ?? 0;
    // Within a grace it is the interval of the schedule before.
    const from = Math.max(now - world.plan.shortest, created, process.remembersSince);
    const gone = deletionsSince(world, deletion.diskId, from, "room").filter(({ process: by }) => by === process.name);
    const most = share(heldNow(world, deletion.diskId, process.cluster) + gone.length, rule.deltas);
    if (gone.length + 1 > most && !world.plan.on.has("ownership")) return `${gone.length + 1}, more than ${most}`;
    return ["disk-limit", "account-limit"].some((name) => (world.plan.on as ReadonlySet<string>).has(name))
      ? undefined
      : "nothing is full";
  },
};

/** How many a list may lack and nobody notices (rule 4d): while they are not shown, they do not count as standing. */
function unnoticed({ world, rule, deletion, process }: DeletionContext): number {
  if (!world.plan.on.has("flapping-lists")) return 0;
  return share(heldNow(world, deletion.diskId, process.cluster), rule?.deltas);
}

/**
 * Whether someone hid snapshots from the count, or brought some back, lately: what is of no known state is not held, and
 * what came back counts only when a list shows it.
 */
function wasTouched({ world, deletion, now }: DeletionContext): boolean {
  return world.witness.everOf(deletion.diskId).some(({ touchedAt, appearedAt, origin }) => {
    const cameBack = origin === "history" && appearedAt > world.start;
    return touchedAt > now - 2 * HOUR && (touchedAt !== appearedAt || cameBack);
  });
}

function isLifted(context: DeletionContext): boolean {
  const { process, deletion, now } = context;
  const lately = (process.rules.get(deletion.diskId) ?? []).filter(
    (_, index, all) => (all[index + 1]?.at ?? now) > now - DAY,
  );
  return lately.some(({ rule }) => rule !== undefined && (rule.ignoreDeletionBudget === true || isConfirmed({ rule })));
}

function daemons(world: SwarmWorld): number {
  return world.plan.on.has("two-daemons") ? 2 : 1;
}

function deletionsSince(world: SwarmWorld, disk: string, from: Instant, why: string): SwarmWorld["deletions"] {
  return world.deletions.filter(
    ({ at, diskId, reason, outcome }) => at > from && diskId === disk && reason === why && outcome !== "refused",
  );
}

/** How many usable ones stand, less those whose deletion is under way. */
function heldNow(world: SwarmWorld, diskId: string, cluster: string): number {
  const leaving = leavingOf(world, cluster);
  return world.witness.ours(diskId, cluster).filter(({ id, state, createdAt }) => {
    const isUsable = state !== "failed" && state !== "pending";
    return isUsable && createdAt.getTime() <= world.clock.now() && !leaving.has(id);
  }).length;
}

function leavingOf(world: SwarmWorld, cluster: string): ReadonlySet<string> {
  const processes = world.processes.filter(({ record }) => record.cluster === cluster);
  return new Set(processes.flatMap(({ record }) => [...record.leaving]));
}

/** The most that stood within the last hour, as far as the process remembers, less what people, full limits and other rules took since. */
function heldHigh(world: SwarmWorld, diskId: string, process: ProcessRecord, now: Instant): number {
  const { cluster } = process;
  const from = Math.max(now - HOUR, process.remembersSince);
  const sent = new Map(deletionsSince(world, diskId, from, "expired").map(({ id, at }) => [id, at]));
  const leaving = leavingOf(world, cluster);
  const changes: { at: Instant; by: 1 | -1 }[] = [];
  for (const { id, readyAt, createdAt, gone } of world.witness.everOf(diskId)) {
    const appearedAt = Math.max(readyAt ?? now, createdAt);
    const sentAt = sent.get(id);
    const isThere = gone === undefined && !leaving.has(id);
    if (!world.witness.isOurs(id, cluster)) continue;
    if (appearedAt > from && appearedAt <= now && isThere) changes.push({ at: appearedAt, by: -1 });
    if (appearedAt <= from && sentAt !== undefined) changes.push({ at: sentAt, by: 1 });
  }
  changes.sort((a, b) => b.at - a.at);
  let count = heldNow(world, diskId, cluster);
  let high = count;
  for (const { by } of changes) {
    count += by;
    high = Math.max(high, count);
  }
  return high;
}

/** Since when the process has had the schedule that it has: what it saw before an edit taken back is not counted. */
function scheduleSince({ process, deletion, rule }: DeletionContext): Instant {
  const told = process.rules.get(deletion.diskId) ?? [];
  const other = told.findLastIndex((record) => !sameSchedule(record.rule?.deltas?.text, rule?.deltas?.text));
  return other < 0 ? Number.NEGATIVE_INFINITY : (told[other + 1]?.at ?? Number.NEGATIVE_INFINITY);
}

/** How many more of another schedule came, or got ready, meanwhile: where rules alternate. */
function othersMadeSince({ world, deletion, process, rule, now }: DeletionContext, from: Instant): number {
  return world.witness
    .everOf(deletion.diskId)
    .filter(({ appearedAt, touchedAt, readyAt = now, id }) => {
      return Math.max(appearedAt, touchedAt, readyAt) > from && world.witness.isOurs(id, process.cluster);
    })
    .filter(({ schedule }) => !sameSchedule(schedule, rule?.deltas?.text)).length;
}

/** An upper bound of how many of another schedule stood at once within the window. */
function othersAtMost({ world, deletion, process, rule }: DeletionContext, from: Instant): number {
  return world.witness
    .everOf(deletion.diskId)
    .filter(({ gone }) => gone === undefined || gone.at > from)
    .filter(
      ({ id, schedule }) => world.witness.isOurs(id, process.cluster) && !sameSchedule(schedule, rule?.deltas?.text),
    ).length;
}
