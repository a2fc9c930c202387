import { createHash } from "node:crypto";
import type { Disk } from "@k8s-snapshots/backend-api";
import type { Instant } from "../state/time.ts";

/**
 * Says which creation it is: the same for every try of one snapshot, also by another process that sees the same list,
 * and another one for the next snapshot.
 *
 * @param newestId - the newest snapshot of the disk, whatever its state, before the creation
 * @param slot - how many whole intervals have passed: another one in each interval, so that a key is not used again after
 *   its snapshot was deleted by hand
 * @param failedId - the failed snapshot that the try before it ended in: such a key is used up. Not how many failed: of
 *   that each process knows another number, and one that is used up would be asked for again and again
 * @param askedAt - the request of a person, where that alone makes it: two of them may fall into one interval
 */
export function idempotencyKey(
  disk: Disk,
  newestId: string | undefined,
  slot: number,
  failedId: string | undefined,
  askedAt: Instant | undefined,
): string {
  const asked = askedAt === undefined ? [] : [askedAt];
  const identity = JSON.stringify([disk.location, disk.id, newestId ?? null, slot, failedId ?? 0, ...asked]);
  return createHash("sha256").update(identity).digest("hex").slice(0, 32);
}
