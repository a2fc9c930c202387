import { CLUSTER_LABEL, SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import { diskMark } from "../../src/state/disk-mark.ts";
import { ASKED_LABEL } from "../../src/state/marks.ts";
import { HOUR } from "../../src/state/time.ts";
import { homeDisk } from "../../src/testing/index.ts";
import { isCopy, marksOf } from "./ownership.ts";
import { isHeld, type Setup, START, STEP, type Stored, type World } from "./world.ts";

/**
 * The world without what makes no difference: times as ages in steps, ids as positions, what is too old to matter left out.
 * Two worlds of one key go on alike.
 */
export function canonicalKey(setup: Setup, world: World): string {
  const { now, state, location } = world;
  const age = (date: number): number => Math.round((now - date) / STEP);
  const monotonicAge = (moment: number): number => age(START + moment);
  const recent = (moment: number, within: number): number =>
    monotonicAge(moment) * STEP > within ? -1 : monotonicAge(moment);
  const positions = new Map(world.stored.map(({ id }, index) => [id, index]));
  const nameOf = (id: string): string => String(positions.get(id) ?? "x");
  const describe = (one: Stored): string => stored(one, age, setup);
  const content = world.stored.map(describe).join(";");
  const seen =
    world.seen === world.stored
      ? "="
      : (world.seen?.map((one) => `${nameOf(one.id)}${describe(one)}`).join(";") ?? "none");
  const listing =
    world.listing &&
    `${age(world.listing.begunAt)}:${world.listing.content.map((one) => `${nameOf(one.id)}${one.state[0]}`).join()}`;
  const rule =
    world.rule === undefined
      ? "-"
      : [
          world.rule.deltas?.text,
          world.rule.deletionPolicy,
          world.rule.ignoreDeletionBudget,
          world.rule.confirmedDeltas,
          world.rule.deletionsSuspended,
          world.rule.requestedAt === undefined ? "" : age(world.rule.requestedAt),
        ].join();
  return [
    content,
    seen,
    listing,
    rule,
    world.wallError,
    world.rulesAge,
    location.unresolvedRules.size,
    location.list === undefined ? "-" : Math.min(monotonicAge(location.list.begunAt), 2),
    location.lapsedAt === undefined ? "" : recent(location.lapsedAt, HOUR),
    location.clock.date === undefined ? "-" : Math.round((location.clock.wallOffset - START) / STEP),
    location.clock.steppedAt === undefined ? "" : recent(location.clock.steppedAt, HOUR),
    state.accepted.map(({ row, acceptedAt }) => `${nameOf(row.id)}${row.state}${monotonicAge(acceptedAt)}`).join(),
    state.leaving.map(({ id }) => nameOf(id)).join(),
    state.creation &&
      `${state.creation.isUnderWay}${state.creation.inDoubtSince === undefined ? "" : 1}${world.stored.findIndex(({ labels }) => labels["k8s-snapshots/idempotency-key"] === state.creation?.request.idempotencyKey)}`,
    state.newestDate === undefined ? "" : age(state.newestDate),
    world.newest === undefined ? "" : age(world.newest.date),
    state.creationTrouble &&
      `${Math.min(state.creationTrouble.count, 5)}@${Math.max(0, Math.ceil(-monotonicAge(state.creationTrouble.retryAt)))}`,
    state.failures && `${Math.min(state.failures.count, 5)}@${Math.min(4, monotonicAge(state.failures.seenAt))}`,
    state.formerSchedules.map(({ schedule, until }) => `${schedule}@${recent(until, 3 * HOUR)}`).join(),
    state.heldBefore.map(({ count, until }) => `${count}@${recent(until, HOUR)}`).join(),
    state.heldSinceNewest?.most,
    state.othersBefore?.stood.map(({ count, until }) => `${count}@${recent(until, 3 * HOUR)}`).join(),
    state.refusals
      .map(({ id, count, retryAt }) => `${nameOf(id)}${Math.min(count, 3)}@${Math.max(0, -monotonicAge(retryAt))}`)
      .join(),
    state.refusalRound && `${state.refusalRound.first},${state.refusalRound.triedAgainAt.length}`,
    state.listsToAgree,
    state.full && "full",
    state.room && `${state.room.used}${state.room.deletedAt.map((at) => recent(at, 2 * HOUR)).join()}`,
    state.ruleAbsentSince === undefined ? "" : Math.min(monotonicAge(state.ruleAbsentSince), 3),
    state.ruleSaidExpire,
    world.policyUnrecorded,
    world.answeredLate.map(nameOf).join(),
    world.isRefused,
    world.lacksMany,
    state.elsewhere?.count,
    Math.min(2, othersLately(world)),
    state.makings.map((making) => Math.round(making / STEP)).join(),
    state.orphanDeletions.filter((at) => monotonicAge(at) <= 2).length,
    world.deeds.map(({ what, at }) => (age(at) * STEP > 3 * HOUR ? "" : `${what}${age(at)}`)).join(""),
    Math.round((world.now - START) / STEP),
  ].join("|");
}

/** How many of another process the newest list shows that were made since this one's first list. */
function othersLately({ seen = [], location: { firstList, identity } }: World): number {
  if (firstList === undefined) return 0;
  const from = START + firstList.begunAt;
  return seen.filter(
    ({ createdAt, labels }) =>
      createdAt > from && (marksOf(labels)?.instance ?? identity.instance) !== identity.instance,
  ).length;
}

const spelled = new WeakMap<
  Stored["labels"],
  { readonly schedule: string; readonly since: number; readonly rest: string }
>();

/** Labels never change: what they say is read once. */
function stored(one: Stored, age: (date: number) => number, setup: Setup): string {
  const { createdAt, state, labels } = one;
  let known = spelled.get(labels);
  if (known === undefined) {
    const marks = marksOf(labels);
    const index = setup.schedules.indexOf(labels[SCHEDULE_LABEL] ?? "");
    const rest = `${marks?.held},${marks?.others},${marks?.policy?.[0]},${marks?.instance.slice(0, 2)},${labels[CLUSTER_LABEL]?.[0]}${labels["velero.io/backup"] ?? ""}${marks?.disk === diskMark(homeDisk) ? "" : "D"}${isHeld({ labels } as Stored) ? "H" : ""}`;
    known = { schedule: String(index), since: marks?.since ?? 0, rest };
    spelled.set(labels, known);
  }
  const asked = labels[ASKED_LABEL] === undefined ? "" : `A${age(Date.parse(labels[ASKED_LABEL]))}`;
  return `${age(createdAt)}${state[0]}${asked}${isCopy(one) ? "C" : ""}${known.schedule}@${Math.min(8, age(known.since))},${known.rest}`;
}
