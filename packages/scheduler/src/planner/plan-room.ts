import { averageMilliseconds, type Deltas, forecast } from "@k8s-snapshots/retention";
import { deletionShare } from "../state/deletion-share.ts";
import { deletionsUnderWay } from "../state/disk-state.ts";
import { intervalOf } from "../state/interval.ts";
import { dueDate } from "../state/present.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import type { Milliseconds } from "../state/time.ts";
import { addKept } from "./add-kept.ts";
import type { DeletionAction } from "./disk-plan.ts";
import { type Fullness, fullnessOf, roomMadeWithin, strangersCount } from "./fullness.ts";
import { deletionBlocker, deletionOf } from "./plan-deletions.ts";
import { isDeletable, type Planning } from "./planning.ts";
import type { Deferral } from "./reason.ts";

/** What a full limit means for the next snapshot (safety rule 12). */
export interface RoomPlan {
  /** What goes before it. */
  readonly deletions: readonly DeletionAction[];

  /** Why it cannot be taken yet; `undefined`: it can. */
  readonly blocked: Deferral | undefined;

  /** The schedule whose interval holds: the rule's, or within a grace at a full limit that of the one before. */
  readonly governing: Deltas;
  readonly deferrals: readonly Deferral[];
}

/** At a full limit as many as it takes go first: what has expired once the new one stands, the oldest first. */
export function planRoom(planning: Planning): RoomPlan {
  const deferrals = impossibleDeferral(planning);
  const governing = governingSchedule(planning);
  const interval = intervalOf(governing, planning.present).milliseconds;
  const fullness = fullnessOf(planning, interval);
  if (fullness.kind === "roomy") return { deletions: [], blocked: undefined, governing: planning.deltas, deferrals };

  const underWay = deletionsUnderWay(planning.state);
  const wanted = (fullness.kind === "counted" ? fullness.over : 1) - underWay;
  const makingRoom: Deferral = { reason: "MakingRoom", count: underWay };
  if (wanted <= 0) return { deletions: [], blocked: makingRoom, governing, deferrals };

  const left = Math.max(0, deletionsLeft(planning, fullness, interval) - underWay);
  const victims = victimsFor(planning, governing).slice(0, Math.min(wanted, left));
  const deletions = victims.map((row) => deletionOf(row, "room", planning));
  const blocked = fullness.kind === "counted" ? fullness.deferral : undefined;
  if (deletions.length === 0) return { deletions, blocked, governing, deferrals };
  return { deletions, blocked: { ...makingRoom, count: underWay + deletions.length }, governing, deferrals };
}

/** Not more than b in an interval, unless a creation succeeded since; at a limit that is only reported, one. */
function deletionsLeft(planning: Planning, fullness: Fullness, interval: Milliseconds): number {
  const { state, present, deltas, snapshots } = planning;
  if (deletionBlocker(planning) !== undefined) return 0;
  const most = deletionShare(snapshots.ready.length, deltas, present.policy);
  const made = roomMadeWithin(state, present, interval);
  if (made === 0) return most;
  return fullness.kind === "counted" ? Math.max(0, most - made) : 0;
}

/** Within a grace the schedule before the change governs, its interval too: of several, the one that takes the fewest. */
function governingSchedule({ deltas, inForce }: Planning): Deltas {
  const [first, ...others] = inForce.others;
  if (first === undefined) return deltas;
  return others.reduce(
    (slowest, other) => (averageMilliseconds(other.interval) > averageMilliseconds(slowest.interval) ? other : slowest),
    first,
  );
}

/** What goes, in order: what the governing schedule expires; if nothing, what its finest generation alone wants. */
function victimsFor(planning: Planning, governing: Deltas): readonly SnapshotRow[] {
  const { snapshots, state, present, inForce } = planning;
  const { confirmed, ready } = snapshots;
  const newest = ready.at(-1);
  const imagined = { id: "", createdAt: Math.max(dueDate(present, state), (newest?.createdAt ?? 0) + 1) };
  const withNew = [...confirmed, imagined];
  const isFree = (row: SnapshotRow): boolean =>
    row !== confirmed.at(-1) && row !== newest && isDeletable(row, planning);

  const kept = new Set<string>();
  addKept(kept, governing, withNew);
  const expired = confirmed.filter((row) => !kept.has(row.id) && isFree(row));
  if (expired.length > 0 || inForce.none) return expired;
  const coarse = new Set<string>();
  const generations = governing.generations.slice(1);
  if (generations.length > 0) addKept(coarse, { ...governing, generations }, withNew);
  return confirmed.filter((row) => !coarse.has(row.id) && isFree(row));
}

function impossibleDeferral({ state, present, deltas }: Planning): readonly Deferral[] {
  const limit = present.location.capabilities.maxSnapshotsPerDisk;
  if (limit === undefined) return [];
  const possible = Math.max(0, limit - strangersCount(state.strangers) - state.unlabelled);
  const needed = mostSnapshots(deltas);
  return needed > possible ? [{ reason: "ScheduleImpossible", count: 0, needed, limit: possible }] : [];
}

const mostByDeltas = new WeakMap<Deltas, number>();

/** The most that a schedule needs at once, right after a creation. */
function mostSnapshots(deltas: Deltas): number {
  // Stryker disable all: what is remembered changes no answer
  let most = mostByDeltas.get(deltas);
  if (most === undefined) {
    most = forecast(deltas).most;
    mostByDeltas.set(deltas, most);
  }
  // Stryker restore all
  return most;
}
