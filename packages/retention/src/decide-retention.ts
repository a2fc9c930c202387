import type {
  DatedSnapshot,
  ExpiredSnapshot,
  ExpireReason,
  KeepReason,
  KeptSnapshot,
  RetentionDecision,
} from "./decision.ts";
import type { Deltas } from "./deltas.ts";
import { createExpireExplainer } from "./explain-expiry.ts";
import { type GenerationPicks, pickGeneration } from "./pick-generation.ts";
import { readTimeline } from "./timeline.ts";

/**
 * Decides which snapshots of one disk a schedule keeps, and says why for each.
 *
 * There is no clock: all is measured from the newest snapshot, wherever that lies. No snapshots: nothing is kept.
 * Changes nothing that it is given; the order of the input does not matter. Takes O(n), however far the snapshots lie
 * apart; least where they come oldest first.
 *
 * @example
 * ```ts
 * const { kept, expired } = decideRetention(parseDeltas("PT1H P1D P7D"), snapshots);
 * ```
 *
 * @param view - reads id and date off a snapshot of the caller's own type. Default: its `id` and `createdAt`.
 * @throws {TypeError} if a `createdAt` is not a valid date, or one id is there twice at one time: then a caller that
 *   deletes by id could delete what is to be kept.
 * @see {@link https://github.com/miracle2k/tarsnapper | tarsnapper}, whose rule it is
 */
export function decideRetention<T extends DatedSnapshot>(deltas: Deltas, snapshots: readonly T[]): RetentionDecision<T>;
export function decideRetention<T>(
  deltas: Deltas,
  snapshots: readonly T[],
  view: (snapshot: T) => DatedSnapshot,
): RetentionDecision<T>;
export function decideRetention<T>(
  deltas: Deltas,
  snapshots: readonly T[],
  view: (snapshot: T) => DatedSnapshot = (snapshot) => snapshot as DatedSnapshot,
): RetentionDecision<T> {
  const { times, order, starts } = readTimeline(snapshots, view);
  if (times.length === 0) return { kept: [], expired: [] };

  const snapshotAt = (position: number): T => snapshots[order[starts[position] as number] as number] as T;
  const picks = deltas.generations.map((generation) => pickGeneration(times, generation));
  const keepReasons = collectKeepReasons(times.length - 1, picks);
  const explain = createExpireExplainer(times, snapshotAt, picks);
  const kept: KeptSnapshot<T>[] = [];
  const expired: ExpiredSnapshot<T>[] = [];
  const keptPositions = [...keepReasons.keys()].sort((a, b) => a - b);
  let nextKept = keptPositions.pop();
  let end = order.length;
  for (let position = times.length - 1; position >= 0; position--) {
    const snapshot = snapshotAt(position);
    const start = starts[position] as number;
    if (end - start > 1) {
      const reason: ExpireReason<T> = { kind: "same-time", by: snapshot };
      for (let rank = start + 1; rank < end; rank++) {
        expired.push({ snapshot: snapshots[order[rank] as number] as T, reason });
      }
    }
    end = start;
    if (position === nextKept) {
      kept.push({ snapshot, reasons: keepReasons.get(position) as KeepReason[] });
      nextKept = keptPositions.pop();
    } else {
      expired.push({ snapshot, reason: explain(position) });
    }
  }
  return { kept, expired };
}

/** By position: only those that are kept. */
function collectKeepReasons(newest: number, picks: readonly GenerationPicks[]): Map<number, KeepReason[]> {
  const reasons = new Map<number, KeepReason[]>([[newest, [{ kind: "newest" }]]]);
  for (const { generation, positions, wanted } of picks) {
    for (const [index, position] of positions.entries()) {
      const reason: KeepReason = { kind: "generation", generation, wanted: new Date(wanted[index] as number) };
      const others = reasons.get(position);
      if (others === undefined) reasons.set(position, [reason]);
      else others.push(reason);
    }
  }
  return reasons;
}
