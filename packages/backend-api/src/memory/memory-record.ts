import type { Disk } from "../disk.ts";
import type { CreateSnapshotRequest, Snapshot, SnapshotState } from "../snapshot.ts";

/** What a snapshot was made with that no list shows. */
export interface MemoryOrigin {
  readonly details?: Disk["details"];
  readonly parameters?: CreateSnapshotRequest["parameters"];
}

/** A snapshot as the storage system holds it. Times are in milliseconds since 1970. */
export interface MemoryRecord {
  /** What lists yield. Replaced, never changed, so that a snapshot handed out stays as it was, and no list copies. */
  view: Snapshot;
  readonly key: string | undefined;
  readonly content: string;
  readonly details: MemoryOrigin["details"] | undefined;
  readonly parameters: MemoryOrigin["parameters"] | undefined;
  /** When it stops being pending; `Infinity`: not by itself. */
  settlesAt: number;
  settlesAs: SnapshotState;
  /** From when on lists show it. */
  readonly listedAt: number;
  /** Until when lists show it; `Infinity`: it was not deleted. */
  listedUntil: number;
  inUse: boolean;
  locked: boolean;
}

/** The snapshot as it is at `now`. There are no timers: whoever looks brings it up to date. */
export function currentView(record: MemoryRecord, now: number): Snapshot {
  if (record.view.state === "pending" && now >= record.settlesAt) {
    record.view = { ...record.view, state: record.settlesAs, sizeBytes: record.content.length };
  }
  return record.view;
}
