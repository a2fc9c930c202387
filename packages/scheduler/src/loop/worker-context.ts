import type { Clock } from "../clock.ts";
import type { Policy } from "../policy.ts";
import type { SchedulerEvent } from "../scheduler-event.ts";

/** What all locations share. */
export interface WorkerContext {
  readonly clock: Clock;

  /**
   * When the process began, in milliseconds since 1970. What a process before it wrote a moment ago may be missing from
   * lists until their lag is over, so none is begun earlier.
   */
  readonly startedAt: number;
  readonly policy: Policy;

  /** In [0, 1). */
  readonly random: () => number;

  readonly onEvent: (event: SchedulerEvent) => void;

  /** Most requests to one location at once. */
  readonly concurrency: number;

  /** How long one call may take, in milliseconds; a list, which is many requests, ten times that. */
  readonly callLimitMs: number;
}
