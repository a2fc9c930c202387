import type { Disk } from "@k8s-snapshots/backend-api";
import type { Deltas } from "@k8s-snapshots/retention";
import { defaultPolicy, type Policy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import { diskMark } from "../state/disk-mark.ts";
import { type DiskState, newDiskState } from "../state/disk-state.ts";
import { type LocationState, locationListed, type WholeList } from "../state/location-state.ts";
import { labelsOf } from "../state/marks.ts";
import type { Present } from "../state/present.ts";
import { reduce } from "../state/reduce.ts";
import { scheduleLabel } from "../state/schedule-key.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import { observeDate, startClock } from "../state/storage-clock.ts";
import { DAY, type Instant } from "../state/time.ts";

/** A disk as the core knows it, and what the storage system has of it. */
export interface KnownDisk {
  readonly state: DiskState;
  readonly present: Present;

  /** What the newest whole list had of it, with the author's label. */
  readonly listed: readonly ListedSnapshot[];
}

/** What {@link imagineDisk} makes a disk of. */
export interface ImaginedDiskOptions {
  /** The schedule under which all of its snapshots were taken. */
  readonly deltas: Deltas;
  readonly snapshots: readonly Pick<SnapshotRow, "id" | "createdAt">[];
  readonly now: Instant;

  /** What differs from {@link defaultPolicy}. */
  readonly policy?: Partial<Policy>;
}

const disk: Disk = { location: "imagined", id: "disk" };

/** As long ago as no grace reaches. */
const LONG_AGO = 1_000 * DAY;

/**
 * A disk that has had one schedule for long, of which nothing is known but the ids and dates of its snapshots, in a storage
 * system without limits: each carries the marks that this program gives it.
 */
export function imagineDisk({ deltas, snapshots, now, policy: differences }: ImaginedDiskOptions): KnownDisk {
  const policy = { ...defaultPolicy, ...differences };
  const rule: Rule = { id: disk.id, name: disk.id, backend: "imagined", disk, deltas };
  const identity = { cluster: "imagined", formerClusters: [], instance: "foresight" };
  const moment = { monotonic: 0, wall: now };
  const location: LocationState = {
    backend: rule.backend,
    location: disk.location,
    capabilities: { restore: false, listLagMs: 0 },
    identity,
    clock: observeDate(startClock(moment), now, moment, policy.clockTolerance),
    unresolvedRules: new Set(),
  };
  // All carry the same labels, so that a hundred thousand cost no more than their ids: what each of them says of how many
  // there were before it, the newest says for all.
  const labels = {
    [policy.authorLabelKey]: policy.authorLabel,
    ...labelsOf({
      ruleName: rule.name,
      cluster: identity.cluster,
      schedule: scheduleLabel(deltas) ?? "",
      marks: {
        since: now - LONG_AGO,
        held: Math.max(0, snapshots.length - 1),
        others: 0,
        requestedAt: undefined,
        disk: diskMark(disk),
        policy: "retain",
        instance: "before",
      },
    }),
  };
  const listed = snapshots.map(({ id, createdAt }): ListedSnapshot => ({ id, createdAt, state: "ready", labels }));
  const present = { moment, location: locationListed(location, 0, moment, policy.clockTolerance), policy };
  const ruled = reduce(newDiskState(disk), { type: "rule.changed", rule }, present);
  const list = present.location.list as WholeList;
  const fact = { type: "disk.listed", list, before: undefined, snapshots: listed, unlabelled: 0 } as const;
  return { state: reduce(ruled, fact, present), present, listed };
}
