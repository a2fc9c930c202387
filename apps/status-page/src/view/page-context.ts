import type { Timelines } from "../client/timelines.ts";
import { type Axis, axisFor } from "../model/axis.ts";
import type { PageState } from "../model/page-state.ts";
import { scheduleOf } from "../model/schedule.ts";
import type { ServerClock } from "../model/server-clock.ts";
import type { Store } from "../model/store.ts";

/** What the parts of the page share. */
export interface PageContext {
  readonly store: Store;
  readonly clock: ServerClock;
  readonly timelines: Pick<Timelines, "of">;

  /** The one that all rows are drawn on. */
  readonly axis: () => Axis;

  /** Tells it to who does not see it. */
  readonly say: (text: string) => void;
}

/** The axis that fits the schedules of all volumes; the same object as long as they are the same. */
export function axisOf(coverage: PageState["coverage"]): Axis {
  const schedules = new Set(coverage?.volumes.flatMap(({ rule }) => (rule === null ? [] : [rule.deltas])));
  const read = [...schedules].map(scheduleOf);
  return axisFor(Math.max(0, ...read.map(({ reach }) => reach)), Math.min(...read.map(({ interval }) => interval)));
}
