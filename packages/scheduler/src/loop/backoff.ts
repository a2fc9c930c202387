import type { BackendError } from "@k8s-snapshots/backend-api";

const retryable = { first: 5_000, most: 10 * 60_000 };
const lasting = { first: 60_000, most: 60 * 60_000 };

/**
 * How long to wait after an error, in milliseconds: doubling with each failure in a row, spread by up to a quarter so
 * that many disks do not come back at once, and never less than the storage system asked for. What does not go away by
 * itself (a missing permission, a disk that is gone) is tried again more rarely.
 *
 * @param failures - in a row, this one included
 * @param random - in [0, 1)
 */
export function backoff(error: BackendError, failures: number, random: number): number {
  const { first, most } = error.retryable ? retryable : lasting;
  const delay = Math.min(most, first * 2 ** Math.min(failures - 1, 30));
  return Math.max(error.retryAfterMs ?? 0, delay * (0.75 + random / 4));
}
