import type { Labels, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import { listedSnapshot } from "../gate/check-answers.ts";
import { DiskRows } from "./disk-rows.ts";
import { RowStore } from "./row-store.ts";
import { Turns } from "./turns.ts";

/** A whole list of a location. To be disposed of: it is not of JavaScript's memory. */
export interface LocationRows extends Disposable {
  readonly disks: ReadonlyMap<string, DiskRows>;

  /** How many snapshots of each disk lack our label, where the storage system says so. */
  readonly unlabelled: ReadonlyMap<string, number>;
  readonly count: number;

  /** Snapshots whose disk cannot be determined. */
  readonly unattributed: number;
}

/** What to list, and how. */
export interface LocationReading {
  readonly location: string;
  readonly labels: Labels;
  readonly clock: Pick<Clock, "monotonic" | "after">;

  /** Called for each snapshot. Default: no listener. */
  readonly onSnapshot?: ((snapshot: Snapshot) => void) | undefined;
}

/**
 * Lists a location whole. Each page is packed and let go of before the next one is read, and others have their turn meanwhile.
 * A snapshot that moved from page to page while the list was read is there twice.
 *
 * @throws {BackendError} whatever the backend throws: then nothing of the list counts
 */
export async function readLocation(
  backend: SnapshotBackend,
  { location, labels, clock, onSnapshot }: LocationReading,
  signal: AbortSignal,
): Promise<LocationRows> {
  const disks = new Map<string, DiskRows>();
  const store = new RowStore();
  const unlabelled = new Map<string, number>();
  let count = 0;
  let unattributed = 0;
  const onOther = (diskId: string): void => void unlabelled.set(diskId, (unlabelled.get(diskId) ?? 0) + 1);
  using opened = new DisposableStack();
  opened.use(store);
  const turns = new Turns(clock);
  for await (const snapshot of backend.listSnapshots({ location, labels, onOther }, { signal })) {
    count++;
    onSnapshot?.(snapshot);
    if (snapshot.diskId === "") unattributed++;
    else rowsOf(disks, snapshot.diskId, store).add(listedSnapshot(snapshot), sizeOf(snapshot));
    if (turns.isOver) await turns.pass();
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
