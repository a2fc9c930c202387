import type { BackendError } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import type { Policy } from "../policy.ts";
import type { SchedulerEvent } from "../scheduler-event.ts";
import type { LocationName } from "../sharding/location-ownership.ts";
import type { Identity } from "../state/claim-snapshots.ts";
import type { Milliseconds, Monotonic } from "../state/time.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/** What all locations share. */
export interface LoopContext {
  readonly clock: Clock;

  /**
   * Since when this process serves all locations alone; `undefined` where it shares them with others. Whoever served them
   * before had ended by then.
   */
  readonly aloneSince: Monotonic | undefined;
  readonly policy: Policy;
  readonly identity: Identity;
  readonly onEvent: (event: SchedulerEvent) => void;

  /** Called with each fact before it is reduced: what a trace is made of. */
  readonly onTrace: ((event: TraceEvent) => void) | undefined;

  /** A call to a location was throttled, and all of the account is meant. */
  readonly onAccountThrottled: (from: LocationName, error: BackendError) => void;

  /** When the rules were last confirmed. */
  readonly rules: { confirmedAt: Monotonic };

  /** Most calls of one kind to one location at once. */
  readonly concurrency: number;

  /** How long one call may take; a list, which is many requests, ten times that. */
  readonly callTimeout: Milliseconds;
}
