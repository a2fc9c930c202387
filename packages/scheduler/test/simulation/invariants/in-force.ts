import { SCHEDULE_LABEL, type Snapshot } from "@k8s-snapshots/backend-api";
import {
  averageMilliseconds,
  type DatedSnapshot,
  type Deltas,
  decideRetention,
  parseDeltas,
} from "@k8s-snapshots/retention";
import { DAY, type Instant, MINUTE } from "../../../src/state/time.ts";
import type { Witnessed } from "../world/witness.ts";
import type { DeletionContext } from "./deletion-context.ts";

/** Says whether two texts are one schedule. */
export function sameSchedule(a: string | undefined, b: string | undefined): boolean {
  return spelled(a) === spelled(b);
}

const spelling = new Map<string, string>();

function spelled(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const known = spelling.get(text) ?? parseDeltas(text).durations.map(averageMilliseconds).join(" ");
  spelling.set(text, known);
  return known;
}

/**
 * The schedules before the rule's whose grace is not over, worked out from what people did and what was made, and not from
 * what the scheduler notes: those that it saw itself within the grace, those that snapshots carry. `undefined` among them:
 * no schedule at all.
 */
export function schedulesInGrace(context: DeletionContext): readonly (string | undefined)[] {
  const { world, process, rule, now, deletion } = context;
  const grace = world.plan.policy.scheduleChangeGrace ?? DAY;
  const current = rule?.deltas?.text;
  if (grace === 0 || current === undefined || isConfirmed(context)) return [];
  const found: (string | undefined)[] = [];

  const told = process.rules.get(deletion.diskId) ?? [];
  for (const [index, { rule: before }] of told.entries()) {
    const until = told[index + 1]?.at;
    if (until !== undefined && until >= process.remembersSince && before?.deltas !== undefined && now - until < grace)
      found.push(before.deltas.text);
  }
  const carriers = carriersOf(context);
  if (!isOver(everCarried(context), current, now - grace + roundingOf(context))) {
    for (const { createdAt, schedule } of carriers) {
      found.push(schedule);
      if (createdAt <= now - grace) break;
    }
  }
  return found.filter((text) => !sameSchedule(text, current));
}

/** What a schedule keeps, measured from the newest of all, and from the newest that carries it. */
export function keptBy(schedule: string, rows: readonly Snapshot[]): ReadonlySet<string> {
  const deltas = parseDeltas(schedule);
  const newest = rows.findLastIndex(({ labels }) => sameSchedule(labels[SCHEDULE_LABEL], schedule));
  return new Set([...idsKept(deltas, rows), ...idsKept(deltas, rows.slice(0, newest + 1))]);
}

export function idsKept(deltas: Deltas, rows: readonly DatedSnapshot[]): string[] {
  if (rows.length === 0) return [];
  return decideRetention(deltas, rows).kept.map(({ snapshot }) => snapshot.id);
}

export function isConfirmed({ rule }: Pick<DeletionContext, "rule">): boolean {
  return rule?.confirmedDeltas !== undefined && sameSchedule(rule.confirmedDeltas, rule.deltas?.text);
}

/** Dates on snapshots are in seconds, of the request, and by a date that a slow list brought late. */
function roundingOf({ world }: DeletionContext): number {
  return world.plan.on.has("slow-lists") ? 5 * MINUTE : 5_000;
}

interface Carrier {
  readonly createdAt: Instant;
  readonly schedule: string | undefined;
}

/** What the list showed ready or in the making, the newest first. */
function carriersOf({ process, world, deletion, now }: DeletionContext): readonly Carrier[] {
  return [...(process.newestList?.rows.values() ?? [])]
    .filter(({ diskId, id, state, createdAt }) => {
      const counts = state === "ready" || state === "pending";
      return (
        diskId === deletion.diskId &&
        counts &&
        createdAt.getTime() <= now &&
        !process.leaving.has(id) &&
        world.witness.isOurs(id, process.cluster)
      );
    })
    .map(({ createdAt, labels }) => ({ createdAt: createdAt.getTime(), schedule: labels[SCHEDULE_LABEL] }))
    .sort((a, b) => b.createdAt - a.createdAt);
}

/** All that was ever made of the disk, also what is gone, the newest first: what failed counts for nothing. */
function everCarried({ world, process, deletion, now }: DeletionContext): readonly Carrier[] {
  return world.witness
    .everOf(deletion.diskId)
    .filter((one) => one.createdAt <= now && world.witness.isOurs(one.id, process.cluster) && !hasFailed(world, one))
    .map(({ createdAt, schedule }) => ({ createdAt, schedule }))
    .sort((a, b) => b.createdAt - a.createdAt);
}

function hasFailed({ storage }: DeletionContext["world"], { id, gone, readyAt }: Witnessed): boolean {
  if (gone !== undefined) return readyAt === undefined;
  return storage.snapshot({ id, location: "home" })?.state === "failed";
}

/** Whether the newest has carried the schedule, without a break, since that date. */
function isOver(carriers: readonly Carrier[], schedule: string, since: Instant): boolean {
  for (const carrier of carriers) {
    if (!sameSchedule(carrier.schedule, schedule)) return false;
    if (carrier.createdAt <= since) return true;
  }
  return false;
}
