import { SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import { type Deltas, parseDeltas } from "@k8s-snapshots/retention";
import type { Plan } from "../../src/planner/disk-plan.ts";
import { MINUTE } from "../../src/state/time.ts";
import { isClaimable, isOurs } from "./ownership.ts";
import { policyOf, type Setup, type Stored, type World } from "./world.ts";

/** What must hold of every plan: a sentence where it does not. Knows nothing of the planner. */
export type Invariant = (context: Context) => string | undefined;

/** A world, what is planned in it, and what was known when it was planned. */
export interface Context {
  readonly setup: Setup;
  readonly world: World;
  readonly plan: Plan;

  /** What the newest finished list showed and nobody has deleted through this process since. */
  readonly known: readonly Stored[];

  /**
   * Those of them that are usable, dated sanely, and of this cluster or of nobody by name. What this process was told that
   * it made is its own, whatever its marks say.
   */
  readonly ready: readonly Stored[];

  /** Those, and what this process was told that it made. */
  readonly told: readonly Stored[];
}

export function contextOf(setup: Setup, world: World, plan: Plan): Context {
  const leaving = new Set(world.state.leaving.map(({ id }) => id));
  const known = (world.seen ?? []).filter(({ id }) => !leaving.has(id));
  const ready = known.filter(
    (one) =>
      one.state === "ready" &&
      one.createdAt <= world.now + 5 * MINUTE &&
      (isClaimable(one) || world.answeredLate.includes(one.id)),
  );
  const accepted = new Set(world.state.accepted.map(({ row }) => row.id));
  const told = [...ready, ...world.stored.filter(({ id }) => accepted.has(id) && !ready.some((one) => one.id === id))];
  return { setup, world, plan, known, ready, told };
}

/** As `decideRetention` has it. */
export function dated({ id, createdAt }: Stored): { id: string; createdAt: Date } {
  return { id, createdAt: new Date(createdAt) };
}

/** What rule 4 lets go of `count`. */
export function b(deltas: Deltas | undefined, count: number): number {
  return Math.max((deltas?.generations.length ?? 1) + 1, Math.floor(count / 10));
}

const schedules = new Map<string, Deltas>();

function schedule(text: string): Deltas {
  const deltas = schedules.get(text) ?? parseDeltas(text);
  schedules.set(text, deltas);
  return deltas;
}

/** Rule 5, told from outside: what this process saw within the grace, and what the snapshots say. */
export function inForce({ setup, world, told, known }: Context): readonly Deltas[] {
  const { rule, now, pasts } = world;
  const grace = policyOf(setup).scheduleChangeGrace;
  if (rule?.deltas === undefined) return [];
  if (rule.confirmedDeltas === rule.deltas.text) return [rule.deltas];
  const texts = new Set([
    rule.deltas.text,
    ...pasts.filter(({ until }) => until > now - grace).map(({ schedule }) => schedule),
  ]);
  const making = known.filter(({ state }) => state === "pending" || state === "unknown");
  const carried = [...told, ...making].filter(isOurs).toSorted((x, y) => y.createdAt - x.createdAt);
  for (const { createdAt, labels } of carried)
    if (createdAt > now - grace && labels[SCHEDULE_LABEL]) texts.add(labels[SCHEDULE_LABEL]);
  const newest = carried[0];
  const text = newest?.labels[SCHEDULE_LABEL];
  if (text !== undefined && text !== rule.deltas.text) texts.add(text);
  return [...texts].map(schedule);
}
