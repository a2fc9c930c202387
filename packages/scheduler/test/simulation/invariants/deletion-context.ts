import { CLUSTER_LABEL, HOLD_LABEL, type Snapshot } from "@k8s-snapshots/backend-api";
import type { Rule } from "../../../src/rule.ts";
import { DEFAULT_LIST_LAG } from "../../../src/state/location-state.ts";
import { type Instant, MINUTE } from "../../../src/state/time.ts";
import { type DeletionRecord, type ProcessRecord, ruleOfProcess } from "../world/call-log.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import type { Witnessed } from "../world/witness.ts";

/** All that is known from outside about a deletion at the moment at which it is sent. */
export interface DeletionContext {
  readonly world: SwarmWorld;
  readonly process: ProcessRecord;
  readonly deletion: DeletionRecord;
  readonly now: Instant;

  /** What it is in truth; `undefined`: it is gone already, so nothing can be lost. */
  readonly snapshot: Snapshot | undefined;
  readonly witnessed: Witnessed;

  /** The process's rule for the disk, and since when. */
  readonly rule: Rule | undefined;
  readonly ruleSince: Instant;

  /** What outside hands did after this moment the process need not know. */
  readonly knownUntil: Instant;

  /**
   * The disk's ready snapshots of ours as the process's newest whole list showed them, if they were made before it began,
   * less those whose deletion it sent: the oldest first.
   */
  readonly confirmed: readonly Snapshot[];

  /** Those of them that are dated before the list began: a process without dates may not know which they are. */
  readonly datedBefore: readonly Snapshot[];
}

/** Whether an outside hand, or another process, changed the snapshot too lately to be known. */
export function isTooNew(context: Pick<DeletionContext, "knownUntil">, { touchedAt, gone }: Witnessed): boolean {
  return touchedAt > context.knownUntil || (gone !== undefined && gone.at > context.knownUntil);
}

export function isHeld({ labels }: Snapshot): boolean {
  const value = labels[HOLD_LABEL];
  return value !== undefined && value !== "false";
}

/** Whether another cluster's snapshots are on the disk: then what carries no cluster is nobody's (rule 11). */
export function standsBesideOthers(rows: readonly Snapshot[], cluster: string): boolean {
  return rows.some(({ labels }) => {
    const own = labels[CLUSTER_LABEL];
    return own !== undefined && own !== cluster && labels["created-by"] === "k8s-snapshots";
  });
}

const LIST_IS_OLD = 10 * MINUTE;

export function deletionContext(world: SwarmWorld, process: ProcessRecord, deletion: DeletionRecord): DeletionContext {
  const now = world.clock.now();
  const { id, diskId } = deletion;
  const list = process.newestList;
  const told = ruleOfProcess(process, diskId);
  const lag = world.backend.capabilities.listLagMs ?? DEFAULT_LIST_LAG;
  const read = process.reads.get(id);
  const isRead = read !== undefined && list !== undefined && read.at > list.begunAt && now - list.begunAt > LIST_IS_OLD;
  const listedUntil = list === undefined ? Number.NEGATIVE_INFINITY : list.begunAt - lag;
  const latest = world.plan.on.has("no-dates") ? now + 5 * MINUTE : (list?.begunAt ?? 0);
  const rows = [...(list?.rows.values() ?? [])].filter((snapshot) => snapshot.diskId === diskId);
  const isShared = standsBesideOthers(rows, process.cluster);
  const confirmed = rows.filter(({ id: other, state, createdAt }) => {
    if (state !== "ready" || createdAt.getTime() > latest || process.leaving.has(other)) return false;
    if (isShared && world.witness.all.get(other)?.origin === "old") return false;
    const byItself = process.reads.get(other);
    if (byItself !== undefined && byItself.snapshot === undefined) return false;
    return world.witness.isOurs(other, process.cluster);
  });
  confirmed.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
  return {
    world,
    process,
    deletion,
    now,
    snapshot: world.storage.snapshot({ id, location: "home" }),
    witnessed: world.witness.all.get(id) as Witnessed,
    rule: told?.rule,
    ruleSince: told?.at ?? process.startedAt,
    knownUntil: isRead ? read.at - world.plan.latency : listedUntil,
    confirmed,
    datedBefore: confirmed.filter(({ createdAt }) => createdAt.getTime() <= (list?.begunAt ?? 0)),
  };
}
