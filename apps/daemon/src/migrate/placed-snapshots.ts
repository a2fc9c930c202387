import type { Labels, ListSnapshotsRequest, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { locationKey, locationKeyOf, type Rule } from "@k8s-snapshots/scheduler";
import { UsageError } from "../commands/usage-error.ts";
import type { FileSnapshot } from "./file-snapshots.ts";

/** Snapshots of a file, by backend and location. */
export interface PlacedSnapshots {
  /** By `[backend, location]` as JSON. */
  readonly places: ReadonlyMap<string, readonly Snapshot[]>;

  /** Of disks in places where nothing asks for snapshots. */
  readonly elsewhere: readonly FileSnapshot[];
}

/**
 * Finds out where the snapshots of a file are, by the disks that rules name.
 *
 * @param author - what those carry of which the file says no labels
 * @throws {UsageError} if one does not say its disk, and there are several
 */
export function placeSnapshots(
  snapshots: readonly FileSnapshot[],
  rules: readonly Rule[],
  author: Labels,
): PlacedSnapshots {
  const [only] = rules;
  const places = new Map<string, Snapshot[]>(rules.map((rule) => [locationKeyOf(rule), []]));
  const byDisk = Map.groupBy(rules, ({ disk }) => disk.id);
  const elsewhere: FileSnapshot[] = [];
  for (const snapshot of snapshots) {
    const { id, createdAt, state, labels = author, backend } = snapshot;
    if (snapshot.diskId === undefined && rules.length !== 1) {
      const count = rules.length === 0 ? "no disk has a rule" : `${rules.length} disks have rules`;
      throw new UsageError(`--snapshots: ${id} does not say its disk, and ${count}: give each snapshot its disk`);
    }
    const diskId = snapshot.diskId ?? (only as Rule).disk.id;
    const mayBe = (rule: Rule): boolean => backend === undefined || backend === rule.backend;
    const rule = byDisk.get(diskId)?.find(mayBe) ?? rules.find(mayBe);
    if (rule === undefined) {
      elsewhere.push(snapshot);
      continue;
    }
    places.get(locationKeyOf(rule))?.push({ id, createdAt, state, labels, diskId, location: rule.disk.location });
  }
  return { places, elsewhere };
}

/** A backend that lists what a file has. */
export function listingBackend(backend: SnapshotBackend, { places }: PlacedSnapshots, now: Date): SnapshotBackend {
  return Object.assign(Object.create(backend) as SnapshotBackend, {
    name: backend.name,
    async *listSnapshots(
      { location, labels, onOther }: ListSnapshotsRequest,
      options?: Parameters<SnapshotBackend["listSnapshots"]>[1],
    ): AsyncGenerator<Snapshot> {
      options?.onDate?.(now);
      for (const snapshot of places.get(locationKey({ backend: backend.name, location })) ?? []) {
        if (Object.entries(labels).every(([key, value]) => snapshot.labels[key] === value)) yield snapshot;
        else onOther?.(snapshot.diskId);
      }
    },
  });
}
