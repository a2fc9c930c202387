import type { Clock } from "../clock.ts";
import type { Milliseconds } from "../state/time.ts";

/** How long work may go on before others have their turn: timers, answers, the probes of the kubelet. */
export const LONGEST_TURN: Milliseconds = 10;

/**
 * Works through many items, and lets others have their turn again and again.
 *
 * @param isWanted - asked after each turn of others. Default: always
 * @returns whether all were worked through
 */
export async function inSlices<Item>(
  items: Iterable<Item>,
  clock: Pick<Clock, "monotonic" | "after">,
  work: (item: Item) => void,
  isWanted: () => boolean = () => true,
): Promise<boolean> {
  let begunAt = clock.monotonic();
  for (const item of items) {
    if (clock.monotonic() - begunAt > LONGEST_TURN) {
      await new Promise<void>((resolve) => void clock.after(0, resolve));
      if (!isWanted()) return false;
      begunAt = clock.monotonic();
    }
    work(item);
  }
  return true;
}
