import { setFlagsFromString } from "node:v8";

/**
 * Has the garbage collector come when the heap has grown by three tenths, not when it has doubled or more, and some seconds
 * after the last garbage: for days the program holds what it knows, and what a list leaves behind for a moment must not
 * decide how much memory it keeps (docs/decisions/2026-11-28-size.md).
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=30");
  setFlagsFromString("--optimize-for-size");
  // Of the image's one megabyte, threads have nothing to share.
  setFlagsFromString("--no-parallel-scavenge");
}
