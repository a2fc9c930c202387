import type { Clock } from "../clock.ts";
import { Turns } from "./turns.ts";

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
  const turns = new Turns(clock);
  for (const item of items) {
    if (turns.isOver) {
      await turns.pass();
      if (!isWanted()) return false;
    }
    work(item);
  }
  return true;
}
