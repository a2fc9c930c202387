import type { Timelines } from "../client/timelines.ts";
import { type Axis, axisFor, type Zoom, zoomsFor } from "../model/axis.ts";
import type { PageState } from "../model/page-state.ts";
import { type Schedule, scheduleOf } from "../model/schedule.ts";
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

/** The axis that fits the schedules of all volumes. */
export function axisOf({ coverage, zoom }: Pick<PageState, "coverage" | "zoom">): Axis {
  const schedules = schedulesOf(coverage);
  return axisFor(reachOf(schedules), Math.min(...schedules.map(({ interval }) => interval)), zoom);
}

/** What of the axis may be looked at more closely. */
export function zoomsOf(coverage: PageState["coverage"]): readonly Zoom[] {
  return zoomsFor(reachOf(schedulesOf(coverage)));
}

function schedulesOf(coverage: PageState["coverage"]): readonly Schedule[] {
  const texts = new Set<string>();
  for (const { rule } of coverage?.volumes ?? []) if (rule !== null) texts.add(rule.deltas);
  return [...texts].map(scheduleOf);
}

function reachOf(schedules: readonly Schedule[]): number {
  return Math.max(0, ...schedules.map(({ reach }) => reach));
}
