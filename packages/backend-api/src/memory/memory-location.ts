import type { Disk } from "../disk.ts";
import type { MemoryRecord } from "./memory-record.ts";
import type { MemoryWatcher } from "./memory-watcher.ts";

/** One location. Deleted snapshots stay in `records` for as long as lists show them. */
export interface MemoryLocation {
  readonly disks: Map<string, MemoryDisk>;
  readonly records: Map<string, MemoryRecord>;
  readonly byKey: Map<string, MemoryRecord>;
  readonly restoredByKey: Map<string, string>;
  /** How many of `records` aren't deleted. */
  count: number;
  /** Those that may still be pending. Kept only where `maxPendingPerLocation` asks for it. */
  readonly pending: Set<MemoryRecord>;
  lingering: MemoryRecord[];
  readonly watchers: Set<MemoryWatcher>;
}

/** One disk, and its snapshots that aren't deleted. */
export interface MemoryDisk {
  content: string;
  readonly details: Disk["details"] | undefined;
  isGroupable: boolean;
  readonly records: Set<MemoryRecord>;
}
