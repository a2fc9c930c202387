import type { ExpireReason } from "./decision.ts";
import type { Generation } from "./deltas.ts";
import { addDuration } from "./duration.ts";
import type { Pick } from "./pick-generation.ts";

interface GenerationPicks {
  readonly generation: Generation;
  readonly picks: readonly Pick[];
}

/**
 * Says why the snapshot at a position is not kept. To be asked from the newest to the oldest; takes O(1) an answer, on
 * average. Neighbours that lost for the same reason share one object.
 *
 * @param moments - oldest first
 * @param generations - from the finest to the coarsest, each one's picks oldest first
 */
export function createExpireExplainer<T>(
  moments: readonly { readonly time: number; readonly snapshot: T }[],
  generations: readonly GenerationPicks[],
): (position: number) => ExpireReason<T> {
  const newest = moments.at(-1)?.time as number;
  const reaches = generations.map(({ generation }) => addDuration(newest, generation.parent, -1));
  const coarsest = generations.length - 1;
  let level = 0;
  let next = (generations[0] as GenerationPicks).picks.length;
  let reason: ExpireReason<T> | undefined;

  return function explain(position) {
    const { time } = moments[position] as { time: number };
    while (level < coarsest && time < (reaches[level] as number)) {
      level++;
      next = (generations[level] as GenerationPicks).picks.length;
      reason = undefined;
    }
    const { generation, picks } = generations[level] as GenerationPicks;
    while (next > 0 && (picks[next - 1] as Pick).position > position) {
      next--;
      reason = undefined;
    }
    reason ??= losesAgainst(picks, next, generation, time < (reaches[level] as number));
    return reason;
  };

  function losesAgainst(
    picks: readonly Pick[],
    index: number,
    generation: Generation,
    tooOld: boolean,
  ): ExpireReason<T> {
    const pick = picks[index];
    if (pick === undefined) {
      return { kind: "not-due", by: snapshotAt(picks.at(-1) as Pick), generation };
    }
    return { kind: tooOld ? "too-old" : "nearer", by: snapshotAt(pick), generation, wanted: new Date(pick.wanted) };
  }

  function snapshotAt(pick: Pick): T {
    return (moments[pick.position] as { snapshot: T }).snapshot;
  }
}
