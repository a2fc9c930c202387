import type { Labels, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { listedSnapshot } from "../gate/check-answers.ts";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import { fingerprintOf } from "../state/fingerprint.ts";

/** What a whole list has of one disk. */
export interface DiskRows {
  readonly snapshots: ListedSnapshot[];

  /** Of each of them, in bytes; `undefined`: the storage system does not say. */
  readonly sizes: (number | undefined)[];

  /** Says whether two lists had the same of it, in whatever order: the sum of a number for each snapshot. */
  fingerprint: number;
}

/** A whole list of a location. */
export interface LocationRows {
  readonly disks: ReadonlyMap<string, DiskRows>;

  /** How many snapshots of each disk lack our label, where the storage system says so. */
  readonly unlabelled: ReadonlyMap<string, number>;
  readonly count: number;

  /** Snapshots whose disk cannot be determined. */
  readonly unattributed: number;
}

/**
 * Lists a location whole. A snapshot that moved from page to page while the list was read is there twice.
 *
 * @param onSnapshot - called for each one. Default: no listener
 * @throws {BackendError} whatever the backend throws: then nothing of the list counts
 */
export async function readLocation(
  backend: SnapshotBackend,
  location: string,
  labels: Labels,
  signal: AbortSignal,
  onSnapshot?: (snapshot: Snapshot) => void,
): Promise<LocationRows> {
  const disks = new Map<string, DiskRows>();
  const unlabelled = new Map<string, number>();
  let count = 0;
  let unattributed = 0;
  const onOther = (diskId: string): void => void unlabelled.set(diskId, (unlabelled.get(diskId) ?? 0) + 1);
  for await (const snapshot of backend.listSnapshots({ location, labels, onOther }, { signal })) {
    count++;
    onSnapshot?.(snapshot);
    if (snapshot.diskId === "") unattributed++;
    else addRow(disks, snapshot);
  }
  return { disks, unlabelled, count, unattributed };
}

function addRow(disks: Map<string, DiskRows>, snapshot: Snapshot): void {
  const row = listedSnapshot(snapshot);
  const known = disks.get(snapshot.diskId);
  if (known === undefined) {
    disks.set(snapshot.diskId, { snapshots: [row], sizes: [sizeOf(snapshot)], fingerprint: fingerprintOf(row) });
    return;
  }
  known.snapshots.push(row);
  known.sizes.push(sizeOf(snapshot));
  known.fingerprint += fingerprintOf(row);
}

/** An answer is input. */
function sizeOf({ sizeBytes }: Snapshot): number | undefined {
  return Number.isSafeInteger(sizeBytes) && Number(sizeBytes) >= 0 ? sizeBytes : undefined;
}
