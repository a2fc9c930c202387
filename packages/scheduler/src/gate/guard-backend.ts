import type { BackendError, SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import type { Instant, Milliseconds } from "../state/time.ts";
import { CallBudget } from "./call-budget.ts";
import type { BudgetKind, CallKind } from "./call-context.ts";
import { checkAnswers } from "./check-answers.ts";
import { limitTime } from "./limit-time.ts";
import { type MeasuredCall, measureCalls } from "./measure-calls.ts";
import { observeDates } from "./observe-dates.ts";
import { paceChanges, paceReads } from "./pace-calls.ts";
import { gateRequests, type Judge } from "./request-gate.ts";

/** What the decorators around a backend need. */
export interface GuardOptions {
  readonly clock: Clock;
  readonly judge: Judge;

  /** Most calls of one kind at once. */
  readonly concurrency: number;

  /** How long one call may take. */
  readonly callTimeout: Milliseconds;

  /** How many more snapshots may be pending in the location. */
  readonly pendingLeft: () => number;
  readonly onCall: (call: MeasuredCall) => void;
  readonly onDate: (date: Instant) => void;
  readonly onPause: (kind: CallKind, pause: Milliseconds, error: BackendError) => void;

  /** All of the account is asked to slow down: its other locations are meant too. */
  readonly onAccountThrottled: (error: BackendError) => void;
}

/** What a budget of calls has learned. */
export interface CallRate {
  readonly kind: BudgetKind;

  /** Most calls a second; infinity: no limit is known. */
  readonly perSecond: number;
}

/** A backend behind everything that stands between a plan and a storage system, for one location. */
export interface GuardedBackend {
  readonly backend: SnapshotBackend;

  /** How many calls of each kind leave a second at most, as far as it was learned by now. */
  rates(): readonly CallRate[];

  /** Creations wait because no more snapshots may be pending in the location. */
  isRoomWaitedFor(): boolean;

  /** A call to another location was throttled, and all of the account is meant. */
  throttledElsewhere(error: BackendError): void;

  /** To be called when something got ready or was given up: there may be more room. */
  wake(): void;

  /** Nothing that waits for its turn is begun any more. */
  cancelWaiting(): void;
}

/**
 * The decorators, from the storage system outwards: its answers are checked, its dates observed, its calls limited in time
 * and measured; what only reads waits for its turn; before a request leaves the gate plans once more; before the gate it
 * waits for its turn. Creations, deletions and reads have budgets of their own: none waits for another (rules 2, 14).
 */
export function guardBackend(storage: SnapshotBackend, options: GuardOptions): GuardedBackend {
  const { clock, judge, pendingLeft } = options;
  const { callsPerSecond = {}, separateCallLimits = false } = storage.capabilities;
  const budget = (kind: BudgetKind, room?: () => number): CallBudget =>
    new CallBudget({
      clock,
      concurrency: options.concurrency,
      perSecond: callsPerSecond[kind] ?? Number.POSITIVE_INFINITY,
      ...(separateCallLimits && { mostPerSecond: Number.POSITIVE_INFINITY }),
      onPause: (pause, error) => options.onPause(kind, pause, error),
      onAccountThrottled: (error) => {
        throttledElsewhere(error);
        options.onAccountThrottled(error);
      },
      ...(room && { room }),
    });
  const throttledElsewhere = (error: BackendError): void => {
    for (const other of [creations, deletions, reads]) other.throttledElsewhere(error);
  };
  const reads: CallBudget = budget("list");
  const deletions: CallBudget = budget("delete");
  const creations: CallBudget = budget("create", () => pendingLeft() - creations.underWay);

  const checkedStorage = checkAnswers(storage);
  const dated = observeDates(checkedStorage, options.onDate);
  const timed = limitTime(dated, clock, options.callTimeout);
  const measured = measureCalls(timed, clock, options.onCall);
  const paced = paceReads(measured, reads);
  const gated = gateRequests(paced, judge);
  return {
    backend: paceChanges(gated, creations, deletions),
    rates: () => [
      { kind: "create", perSecond: creations.perSecond },
      { kind: "delete", perSecond: deletions.perSecond },
      { kind: "list", perSecond: reads.perSecond },
    ],
    throttledElsewhere,
    isRoomWaitedFor: () => creations.waiting > 0 && pendingLeft() <= creations.underWay,
    wake: () => creations.wake(),
    cancelWaiting: () => {
      for (const waiting of [creations, deletions, reads]) waiting.cancelWaiting();
    },
  };
}
