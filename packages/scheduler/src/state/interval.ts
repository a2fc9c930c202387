import { addDuration, averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import { type Present, shortestInterval } from "./present.ts";
import type { Instant, Milliseconds } from "./time.ts";

/** How often a schedule's snapshots are taken: its interval, or what is allowed if that is longer (rule 14). */
export interface Interval {
  readonly milliseconds: Milliseconds;

  /** The shortest that is allowed, where the schedule asks for less. */
  readonly stretchedTo: Milliseconds | undefined;

  /** A date, and one interval. */
  after(date: Instant): Instant;
}

export function intervalOf({ interval }: Deltas, present: Pick<Present, "policy" | "location">): Interval {
  const asked = averageMilliseconds(interval);
  const shortest = shortestInterval(present);
  if (asked >= shortest) {
    return { milliseconds: asked, stretchedTo: undefined, after: (date) => addDuration(date, interval) };
  }
  return { milliseconds: shortest, stretchedTo: shortest, after: (date) => date + shortest };
}
