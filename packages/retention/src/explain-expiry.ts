import type { ExpireReason } from "./decision.ts";
import { addDuration } from "./duration.ts";
import type { GenerationPicks } from "./pick-generation.ts";

/**
 * Says why the snapshot at a position is not kept. Ask it from the newest to the oldest; it takes O(1) an answer, on
 * average. Neighbours that lost for the same reason share one object.
 *
 * @param times - in milliseconds since 1970, strictly ascending, at least one
 * @param snapshotAt - the snapshot at a position in `times`
 * @param generations - the picks of each, from the finest to the coarsest
 */
export function createExpireExplainer<T>(
  times: Float64Array,
  snapshotAt: (position: number) => T,
  generations: readonly GenerationPicks[],
): (position: number) => ExpireReason<T> {
  const newest = times[times.length - 1] as number;
  const reaches = generations.map(({ generation }) => addDuration(newest, generation.parent, -1));
  const coarsest = generations.length - 1;
  let level = 0;
  let { positions } = generations[0] as GenerationPicks;
  let reach = reaches[0] as number;
  let next = positions.length;
  let reason: ExpireReason<T> | undefined;

  return function explain(position) {
    const time = times[position] as number;
    while (level < coarsest && time < reach) {
      level++;
      ({ positions } = generations[level] as GenerationPicks);
      reach = reaches[level] as number;
      next = positions.length;
      reason = undefined;
    }
    while (next > 0 && (positions[next - 1] as number) > position) {
      next--;
      reason = undefined;
    }
    reason ??= losesAgainst(generations[level] as GenerationPicks, next, time < reach);
    return reason;
  };

  function losesAgainst(picks: GenerationPicks, index: number, tooOld: boolean): ExpireReason<T> {
    const { generation } = picks;
    const position = picks.positions[index];
    if (position === undefined) {
      return { kind: "not-due", by: snapshotAt(picks.positions.at(-1) as number), generation };
    }
    const wanted = new Date(picks.wanted[index] as number);
    return { kind: tooOld ? "too-old" : "nearer", by: snapshotAt(position), generation, wanted };
  }
}
