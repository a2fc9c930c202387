import type { Labels, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { listedSnapshot } from "../gate/check-answers.ts";
import { DiskRows } from "./disk-rows.ts";
import { RowStore } from "./row-store.ts";

/** A whole list of a location. To be disposed of: it is not of JavaScript's memory. */
export interface LocationRows extends Disposable {
  readonly disks: ReadonlyMap<string, DiskRows>;

  /** How many snapshots of each disk lack our label, where the storage system says so. */
  readonly unlabelled: ReadonlyMap<string, number>;
  readonly count: number;

  /** Snapshots whose disk cannot be determined. */
  readonly unattributed: number;
}

/**
 * Lists a location whole. Each page is packed and let go of before the next one is read. A snapshot that moved from page to
 * page while the list was read is there twice.
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
  const store = new RowStore();
  const unlabelled = new Map<string, number>();
  let count = 0;
  let unattributed = 0;
  const onOther = (diskId: string): void => void unlabelled.set(diskId, (unlabelled.get(diskId) ?? 0) + 1);
  using opened = new DisposableStack();
  opened.use(store);
  for await (const snapshot of backend.listSnapshots({ location, labels, onOther }, { signal })) {
    count++;
    onSnapshot?.(snapshot);
    if (snapshot.diskId === "") unattributed++;
    else rowsOf(disks, snapshot.diskId, store).add(listedSnapshot(snapshot), sizeOf(snapshot));
  }
  const all = opened.move();
  return { disks, unlabelled, count, unattributed, [Symbol.dispose]: () => all.dispose() };
}

function rowsOf(disks: Map<string, DiskRows>, diskId: string, store: RowStore): DiskRows {
  const known = disks.get(diskId);
  if (known !== undefined) return known;
  const rows = new DiskRows(store);
  // A part of a page's text keeps all of it in memory.
  disks.set(Buffer.from(diskId).toString(), rows);
  return rows;
}

/** An answer is input. */
function sizeOf({ sizeBytes }: Snapshot): number | undefined {
  return Number.isSafeInteger(sizeBytes) && Number(sizeBytes) >= 0 ? sizeBytes : undefined;
}
