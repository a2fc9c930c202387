import type { Disk } from "@k8s-snapshots/backend-api";
import type { Policy } from "../policy.ts";
import type { SchedulerEvent } from "../scheduler-event.ts";
import type { Identity } from "../state/claim-snapshots.ts";
import type { Fact } from "../state/fact.ts";
import type { LocationState } from "../state/location-state.ts";
import type { Milliseconds, Moment } from "../state/time.ts";
import type { Clock } from "./clock.ts";

/** What all locations share. */
export interface LoopContext {
  readonly clock: Clock;
  readonly policy: Policy;
  readonly identity: Identity;
  readonly onEvent: (event: SchedulerEvent) => void;

  /** Called with each fact before it is reduced: what a trace is made of. */
  readonly onFact: ((fact: Fact, disk: Disk, moment: Moment, location: LocationState) => void) | undefined;

  /** Most calls of one kind to one location at once. */
  readonly concurrency: number;

  /** How long one call may take; a list, which is many requests, ten times that. */
  readonly callTimeout: Milliseconds;
}
