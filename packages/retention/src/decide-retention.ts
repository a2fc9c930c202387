import type { DatedSnapshot, ExpiredSnapshot, KeepReason, KeptSnapshot, RetentionDecision } from "./decision.ts";
import type { Deltas } from "./deltas.ts";
import { createExpireExplainer } from "./explain-expiry.ts";
import { pickGeneration } from "./pick-generation.ts";

/**
 * Decides which snapshots of one disk a schedule keeps, and says why for each.
 *
 * There is no clock: all is reckoned from the newest snapshot, wherever that lies. No snapshots: nothing is kept.
 * Changes nothing that it is given; the order of the input does not matter. Takes O(n log n), however far the snapshots
 * lie apart.
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
  const moments = groupByTime(snapshots, view);
  if (moments.length === 0) return { kept: [], expired: [] };

  const times = Float64Array.from(moments, (moment) => moment.time);
  const picks = deltas.generations.map((generation) => ({ generation, picks: pickGeneration(times, generation) }));

  const reasons = new Map<number, KeepReason[]>([[moments.length - 1, [{ kind: "newest" }]]]);
  for (const { generation, picks: picked } of picks) {
    for (const { position, wanted } of picked) {
      const reason: KeepReason = { kind: "generation", generation, wanted: new Date(wanted) };
      const others = reasons.get(position);
      if (others === undefined) reasons.set(position, [reason]);
      else others.push(reason);
    }
  }

  const explain = createExpireExplainer(moments, picks);
  const kept: KeptSnapshot<T>[] = [];
  const expired: ExpiredSnapshot<T>[] = [];
  for (let position = moments.length - 1; position >= 0; position--) {
    const { snapshot, others } = moments[position] as Moment<T>;
    for (const other of others) expired.push({ snapshot: other, reason: { kind: "same-time", by: snapshot } });
    const keep = reasons.get(position);
    if (keep === undefined) expired.push({ snapshot, reason: explain(position) });
    else kept.push({ snapshot, reasons: keep });
  }
  return { kept, expired };
}

/** All snapshots of one millisecond, of which one stands for all. */
interface Moment<T> {
  readonly time: number;
  readonly snapshot: T;
  readonly others: readonly T[];
}

const none: readonly never[] = [];

/** Oldest first. */
function groupByTime<T>(snapshots: readonly T[], view: (snapshot: T) => DatedSnapshot): Moment<T>[] {
  const entries = snapshots.map((snapshot) => {
    const { id, createdAt } = view(snapshot);
    const time = createdAt instanceof Date ? createdAt.getTime() : Number.NaN;
    if (Number.isNaN(time)) throw new TypeError(`createdAt of snapshot ${id} is not a valid Date: ${createdAt}`);
    return { id, time, snapshot, others: none as readonly T[] };
  });
  entries.sort((a, b) => a.time - b.time || compareIds(a.id, b.id));

  const moments: typeof entries = [];
  for (const entry of entries) {
    const last = moments.at(-1);
    if (last === undefined || last.time !== entry.time) {
      moments.push(entry);
      continue;
    }
    if (last.id === entry.id) throw new TypeError(`snapshot ${entry.id} is listed twice`);
    last.others = [...last.others, entry.snapshot];
  }
  return moments;
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
