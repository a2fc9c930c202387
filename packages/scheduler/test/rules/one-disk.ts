import {
  type BackendCapabilities,
  IDEMPOTENCY_KEY_LABEL,
  type Labels,
  MARKS_LABEL,
  type SnapshotState,
} from "@k8s-snapshots/backend-api";
import type { DeletionAction, Plan } from "../../src/planner/disk-plan.ts";
import { plan } from "../../src/planner/plan.ts";
import type { Deferral, Reason } from "../../src/planner/reason.ts";
import { defaultPolicy, type Policy } from "../../src/policy.ts";
import type { Rule } from "../../src/rule.ts";
import type { Identity, ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { type DiskState, newDiskState, type RequestedCreation } from "../../src/state/disk-state.ts";
import type { ErrorFacts, Fact } from "../../src/state/fact.ts";
import { type LocationState, locationListed, type WholeList } from "../../src/state/location-state.ts";
import type { Present } from "../../src/state/present.ts";
import { reduce } from "../../src/state/reduce.ts";
import { observeDate, startClock } from "../../src/state/storage-clock.ts";
import { HOUR, type Instant, type Milliseconds, SECOND } from "../../src/state/time.ts";
import { homeCluster, homeDisk, labelsOfRequest, type RequestOptions } from "../../src/testing/builders.ts";

/** When every test begins. */
export const START: Instant = Date.UTC(2026, 0, 1);

/** What {@link OneDisk} differs in from the defaults. */
export interface OneDiskOptions {
  readonly policy?: Partial<Policy>;
  readonly capabilities?: Partial<BackendCapabilities>;
  readonly identity?: Partial<Identity>;

  /** The storage system answers with dates. Default: true. */
  readonly dates?: boolean;

  /** How far the wall clock is ahead from the start. Default: 0. */
  readonly wallError?: Milliseconds;
  readonly namespaceLeft?: number;
}

/** The core of one disk, fed by hand: facts in, plans out. */
export class OneDisk {
  now: Instant = START;
  wallError: Milliseconds;
  namespaceLeft: number | undefined;
  rulesAge: Milliseconds | undefined;
  state: DiskState = newDiskState(homeDisk);
  location: LocationState;
  readonly policy: Policy;
  readonly #dates: boolean;

  constructor({ policy, capabilities, identity, dates = true, wallError = 0, namespaceLeft }: OneDiskOptions = {}) {
    this.policy = { ...defaultPolicy, ...policy };
    this.wallError = wallError;
    this.namespaceLeft = namespaceLeft;
    this.#dates = dates;
    this.location = {
      backend: "memory",
      location: homeDisk.location,
      capabilities: { restore: false, listLagMs: 0, ...capabilities },
      identity: { cluster: homeCluster, formerClusters: [], instance: "me", ...identity },
      clock: startClock({ monotonic: 0, wall: START + wallError }),
      unresolvedRules: new Set(),
    };
  }

  get present(): Present {
    return {
      moment: { monotonic: this.now - START, wall: this.now + this.wallError },
      location: this.location,
      policy: this.policy,
      ...(this.namespaceLeft !== undefined && { namespaceLeft: this.namespaceLeft }),
      ...(this.rulesAge !== undefined && { rulesAge: this.rulesAge }),
    };
  }

  fact(fact: Fact): this {
    this.state = reduce(this.state, fact, this.present);
    return this;
  }

  pass(time: Milliseconds): this {
    this.now += time;
    return this;
  }

  rule(rule: Rule | undefined): this {
    return this.fact({ type: "rule.changed", rule });
  }

  /** A whole list ends. @param begunBefore - how long ago it began */
  list(snapshots: readonly ListedSnapshot[], { begunBefore = 0, unlabelled = 0 } = {}): this {
    if (this.#dates) this.dated();
    const before = this.location.list;
    const { moment, policy } = this.present;
    this.location = locationListed(this.location, moment.monotonic - begunBefore, moment, policy.clockTolerance);
    return this.fact({ type: "disk.listed", list: this.location.list as WholeList, before, snapshots, unlabelled });
  }

  /** The storage system answers something, with its date. */
  dated(): this {
    const { moment, policy } = this.present;
    const clock = observeDate(this.location.clock, this.now, moment, policy.clockTolerance);
    this.location = { ...this.location, clock };
    return this;
  }

  plan(): Plan {
    return plan(this.state, this.present);
  }

  deletions(reason?: DeletionAction["reason"]): string[] {
    const { deletions } = this.plan();
    return deletions.filter((action) => reason === undefined || action.reason === reason).map(({ id }) => id);
  }

  creates(): boolean {
    return this.plan().creation !== undefined;
  }

  request(): RequestedCreation {
    return (this.plan().creation as { request: RequestedCreation }).request;
  }

  /** The creation that is planned is sent, and accepted. */
  create(state: SnapshotState = "ready", id = `made-${(this.now - START) / SECOND}`): ListedSnapshot {
    const request = this.request();
    const labels = { ...request.labels, [IDEMPOTENCY_KEY_LABEL]: request.idempotencyKey };
    const snapshot: ListedSnapshot = { id, createdAt: this.now, state, labels };
    this.fact({ type: "creation.sent", request }).fact({ type: "creation.accepted", snapshot });
    return snapshot;
  }

  createRefused(error: Partial<ErrorFacts>): this {
    const { request } = this.plan().creation as { request: RequestedCreation };
    return this.fact({ type: "creation.sent", request }).fact({ type: "creation.refused", error: errorOf(error) });
  }

  deleted(id: string, madeRoom = false): this {
    return this.fact({ type: "deletion.sent", id }).fact({ type: "deletion.done", id, madeRoom });
  }

  deletionRefused(id: string, error: Partial<ErrorFacts> = { code: "in-use" }): this {
    return this.fact({ type: "deletion.sent", id }).fact({ type: "deletion.refused", id, error: errorOf(error) });
  }

  reasons(): Reason[] {
    return this.plan().deferrals.map(({ reason }) => reason);
  }

  deferral(wanted: Reason): Deferral | undefined {
    return this.plan().deferrals.find(({ reason }) => reason === wanted);
  }
}

export function errorOf(error: Partial<ErrorFacts>): ErrorFacts {
  return {
    code: "unexpected",
    message: "refused",
    scope: "snapshot",
    outcome: "not-done",
    retryable: true,
    retryAfter: undefined,
    ...error,
  };
}

/** What {@link snapshotOf} is asked for, beside the request's marks. */
export interface SnapshotOptions extends Partial<RequestOptions> {
  readonly id?: string;
  readonly state?: SnapshotState;

  /** Beside those of the request. */
  readonly labels?: Labels;

  /** Carries nothing but the author's label: the seed's, version 0.1's. */
  readonly bare?: boolean;

  /** The process that requested it. Default: that of the builders. */
  readonly instance?: string;
}

/** A snapshot of ours, dated `age` before the start. */
export function snapshotOf(age: Milliseconds, options: SnapshotOptions = {}): ListedSnapshot {
  const { id = `old-${age / SECOND}`, state = "ready", labels = {}, bare = false, instance, ...request } = options;
  const createdAt = START - age;
  const own: Labels = bare
    ? { "created-by": "k8s-snapshots" }
    : labelsOfRequest(homeDisk, createdAt, { schedule: "PT1H PT3H", held: 4, ...request });
  const asked = instance === undefined ? {} : { [MARKS_LABEL]: own[MARKS_LABEL]?.replace(/[^-]+$/, instance) ?? "" };
  return { id, createdAt, state, labels: { ...own, ...asked, ...labels } };
}

/** One for each age, the oldest first, each made beside those before it. */
export function historyOf(ages: readonly Milliseconds[], options: SnapshotOptions = {}): ListedSnapshot[] {
  return ages.toSorted((a, b) => b - a).map((age, held) => snapshotOf(age, { held, ...options }));
}

/** Ages of `count` snapshots an hour apart, the newest `newest` old. */
export function hourly(count: number, newest: Milliseconds = HOUR / 2): Milliseconds[] {
  return Array.from({ length: count }, (_, index) => newest + index * HOUR);
}
