import { type Disk, IDEMPOTENCY_KEY_LABEL, type Labels, type SnapshotState } from "@k8s-snapshots/backend-api";
import type { MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import { averageMilliseconds, parseDeltas } from "@k8s-snapshots/retention";
import type { Rule } from "../rule.ts";
import { diskMark } from "../state/disk-mark.ts";
import { type DeletionPolicy, labelsOf, type RequestMarks } from "../state/marks.ts";
import { DAY, type Instant, type Milliseconds } from "../state/time.ts";

/** The disk of tests that need one. */
export const homeDisk: Disk = { location: "home", id: "disk-1" };

/** The cluster of tests that need one. */
export const homeCluster = "cluster-1";

/** A rule; all but its schedule has defaults. */
export function ruleOf(deltas: string, differences: Partial<Rule> = {}): Rule {
  const disk = differences.disk ?? homeDisk;
  return {
    id: `PersistentVolume/${disk.id}`,
    name: `pv-${disk.id}`,
    backend: "memory",
    disk,
    deltas: parseDeltas(deltas),
    ...differences,
  };
}

/** What {@link marksOfRequest} is asked for. */
export interface RequestOptions extends Partial<RequestMarks> {
  readonly schedule: string;
  readonly cluster?: string;
  readonly disk?: string;
  readonly key?: string;
}

/** The labels that a snapshot of ours carries. */
export function labelsOfRequest(disk: Disk, createdAt: Instant, options: RequestOptions): Labels {
  const { schedule, cluster = homeCluster, key, ...marks } = options;
  const labels = labelsOf({
    ruleName: `pv-${disk.id}`,
    cluster,
    schedule,
    marks: {
      since: createdAt - 1_000 * DAY,
      held: 0,
      others: 0,
      requestedAt: createdAt,
      disk: diskMark(disk),
      policy: "retain",
      instance: "before0",
      ...marks,
    },
  });
  return { "created-by": "k8s-snapshots", ...labels, ...(key !== undefined && { [IDEMPOTENCY_KEY_LABEL]: key }) };
}

/** A history that this program made. */
export interface HistoryOptions {
  readonly schedule: string;
  readonly count: number;
  readonly newest: Instant;
  readonly disk?: Disk;

  /** Default: the schedule's interval. */
  readonly every?: Milliseconds;

  /** Default: this cluster's. `undefined`: version 0.1's and the seed's, which carry nothing but the author's label. */
  readonly cluster?: string | undefined;
  readonly policy?: DeletionPolicy;
  readonly state?: SnapshotState;
  readonly labels?: Labels;
}

/** Puts a history into a storage system in memory, the oldest first. */
export function addHistory(storage: MemoryStorage, options: HistoryOptions): void {
  const { schedule, count, newest, disk = homeDisk, policy = "retain", state = "ready", labels = {} } = options;
  const every = options.every ?? averageMilliseconds(parseDeltas(schedule).interval);
  const cluster = "cluster" in options ? options.cluster : homeCluster;
  storage.addDisk(disk);
  for (let index = count - 1; index >= 0; index--) {
    const createdAt = newest - index * every;
    const own =
      cluster === undefined
        ? { "created-by": "k8s-snapshots" }
        : labelsOfRequest(disk, createdAt, {
            schedule,
            cluster,
            policy,
            held: count - 1,
            key: `before-${disk.id}-${index}`,
          });
    storage.addSnapshot({ disk, createdAt: new Date(createdAt), state, labels: { ...own, ...labels } });
  }
}
