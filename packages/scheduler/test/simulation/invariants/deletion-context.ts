import { HOLD_LABEL, type Snapshot } from "@k8s-snapshots/backend-api";
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
}

/** Whether an outside hand, or another process, changed the snapshot too lately to be known. */
export function isTooNew(context: Pick<DeletionContext, "knownUntil">, { touchedAt, gone }: Witnessed): boolean {
  return touchedAt > context.knownUntil || (gone !== undefined && gone.at > context.knownUntil);
}

export function isHeld({ labels }: Snapshot): boolean {
  const value = labels[HOLD_LABEL];
  return value !== undefined && value !== "false";
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
  const confirmed: Snapshot[] = [];
  for (const snapshot of list?.rows.values() ?? []) {
    if (snapshot.diskId !== diskId || snapshot.state !== "ready") continue;
    if (snapshot.createdAt.getTime() > (list?.begunAt ?? 0) || process.leaving.has(snapshot.id)) continue;
    if (world.witness.isOurs(snapshot.id, process.cluster)) confirmed.push(snapshot);
  }
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
    confirmed: confirmed.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)),
  };
}
