import type { BackendError, LocationLimits, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { momentOf } from "../clock.ts";
import { type CallRate, type GuardedBackend, guardBackend } from "../gate/guard-backend.ts";
import { emptyPlan } from "../planner/disk-plan.ts";
import type { Rule } from "../rule.ts";
import type { DiskContext, DiskInspection, LastPlan } from "../scheduler-event.ts";
import type { LocationClaim, LocationOwnership, Tenant, Tenure } from "../sharding/location-ownership.ts";
import type { LocationState } from "../state/location-state.ts";
import { startClock } from "../state/storage-clock.ts";
import { HOUR, type Instant, type Milliseconds, type Monotonic } from "../state/time.ts";
import type { DiskEntry } from "./disk-entry.ts";
import { Disks } from "./disks.ts";
import { LocationLister } from "./location-lister.ts";
import type { LoopContext } from "./loop-context.ts";
import { planEntry } from "./plan-entry.ts";
import { Requests } from "./requests.ts";
import { LONGEST_TURN } from "./turns.ts";
import { WakeHeap } from "./wake-heap.ts";

/** It looks at its disks at least this often, so that one that hangs is found out. */
const LONGEST_REST: Milliseconds = HOUR;

/** What is replaced as a whole whenever the location becomes ours, or stops being ours. */
interface LocationParts {
  readonly disks: Disks;
  readonly guarded: GuardedBackend;
  readonly requests: Requests;
  readonly lister: LocationLister;
}

/**
 * Serves the disks of one location: facts come in, disks about which something is new are planned, and what the plans ask
 * for is sent. A step costs what is due, not what exists. Locations know nothing of each other.
 */
export class LocationLoop implements Tenant {
  readonly backend: SnapshotBackend;
  readonly location: string;
  readonly #context: LoopContext;
  readonly #ownership: LocationOwnership;
  readonly #wakes = new WakeHeap();
  readonly #dirty = new Set<DiskEntry>();
  readonly #rules = new Map<string, Rule>();
  #unresolved: ReadonlySet<string>;
  #parts: LocationParts;
  #maxPending: number;
  #claim: LocationClaim | undefined;
  #tenure: Tenure = "none";
  /** Cuts short what was sent under the tenure that ends. */
  #abort = new AbortController();
  #isStepping = false;
  #cancelTimer: () => void = () => {};
  #signals: { readonly stop: AbortSignal; readonly abort: AbortSignal } | undefined;
  #lastStepAt: Monotonic;
  #resting: (() => void)[] = [];
  /** Resolves once nothing is under way any more of the tenures that ended. */
  #leaving: Promise<unknown> = Promise.resolve();

  constructor(
    backend: SnapshotBackend,
    location: string,
    context: LoopContext,
    ownership: LocationOwnership,
    unresolved: ReadonlySet<string>,
  ) {
    this.backend = backend;
    this.location = location;
    this.#context = context;
    this.#ownership = ownership;
    this.#unresolved = unresolved;
    this.#maxPending = backend.capabilities.maxPendingPerLocation ?? Number.POSITIVE_INFINITY;
    this.#lastStepAt = context.clock.monotonic();
    this.#parts = this.#newParts();
  }

  /** What this process may do at the location. */
  get tenure(): Tenure {
    return this.#tenure;
  }

  /** When it last looked at its disks. It does at least once an hour; where it may do nothing, that is now. */
  get lastStepAt(): Monotonic {
    return this.#tenure === "none" ? this.#context.clock.monotonic() : this.#lastStepAt;
  }

  /** When the next snapshot of any disk is due, as the last plans had it; infinity: none is. */
  get nextDueAt(): Instant {
    let next = Number.POSITIVE_INFINITY;
    for (const { dueAt } of this.#parts.disks) if (dueAt !== undefined && dueAt < next) next = dueAt;
    return next;
  }

  /** When the newest whole list was begun; `undefined` if there was none yet. */
  get listedAt(): Monotonic | undefined {
    return this.#parts.disks.location.list?.begunAt;
  }

  /** See {@link GuardedBackend.rates}. */
  get callRates(): readonly CallRate[] {
    return this.#parts.guarded.rates();
  }

  /** A call to another location of the account was throttled, and all of it is meant. */
  throttledElsewhere(error: BackendError): void {
    this.#parts.guarded.throttledElsewhere(error);
  }

  /** What the storage system says that it allows, instead of what the backend declares. */
  setLimits({ maxPending }: LocationLimits): void {
    const { maxPendingPerLocation = Number.POSITIVE_INFINITY } = this.backend.capabilities;
    this.#maxPending = maxPending ?? maxPendingPerLocation;
    this.#parts.guarded.wake();
  }

  /** @param changes - by the disk's id; `undefined` where a disk has no rule any more */
  updateRules(changes: ReadonlyMap<string, Rule | undefined>, unresolved: ReadonlySet<string>): void {
    if (unresolved !== this.#unresolved) {
      this.#unresolved = unresolved;
      this.#parts.disks.setUnresolved(unresolved);
      for (const entry of this.#parts.disks) if (entry.state.rule === undefined) this.#touch(entry);
    }
    for (const [id, rule] of changes) this.#setRule(id, rule);
    this.#parts.lister.pace();
    this.#scheduleStep();
  }

  /** Something is new for all disks: each is planned in the next step. */
  planAll(): void {
    for (const entry of this.#parts.disks) this.#touch(entry);
  }

  /** What would be done now for each disk. Changes nothing. */
  *plan(): Generator<DiskInspection> {
    for (const entry of this.#parts.disks) yield this.#inspection(entry);
  }

  /** One disk as it is known now, and what would be done for it; `undefined` if there is no such disk. */
  inspect(id: string): DiskInspection | undefined {
    const entry = this.#parts.disks.find(id);
    return entry && this.#inspection(entry);
  }

  /** What the last plan said of a disk; `undefined` if there is no such disk. */
  lastPlan(id: string): LastPlan | undefined {
    return this.#parts.disks.find(id);
  }

  /** @param stop - begins nothing new when it fires; requests under way are waited for, until `abort` cuts them short */
  async run(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    this.#signals = { stop, abort };
    abort.addEventListener("abort", () => this.#abort.abort(), { once: true });
    if (abort.aborted) this.#abort.abort();
    const claim = this.#ownership.acquire({ backend: this.backend.name, location: this.location }, this);
    this.#claim = claim;
    if (!stop.aborted)
      await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
    this.#cancelTimer();
    this.#parts.guarded.cancelWaiting();
    await Promise.all([this.#leaving, this.#rest(this.#parts)]);
    claim.release();
  }

  async onTenure(tenure: Tenure): Promise<void> {
    const before = this.#parts;
    const hasLapsed = this.#tenure === "owner" && tenure === "lapsed";
    const hasChanged = this.#tenure !== tenure;
    this.#tenure = tenure;
    if (hasChanged) {
      this.#context.onEvent({ type: "tenure.changed", backend: this.backend.name, location: this.location, tenure });
    }
    before.guarded.cancelWaiting();
    if (hasLapsed) {
      before.disks.setLapsed();
      this.#cutShort();
      this.planAll();
      return;
    }
    this.#renew();
    this.#lastStepAt = this.#context.clock.monotonic();
    this.#leaving = Promise.all([this.#leaving, this.#rest(before)]);
    if (tenure !== "none") return this.#scheduleStep();
    for (const entry of before.disks) before.requests.emitChanges(entry, emptyPlan);
    this.#cancelTimer();
    await this.#leaving;
  }

  /** See {@link Tenant.load}. */
  load(): number {
    let load = 0;
    for (const { state } of this.#parts.disks) load += state.table.length + 1;
    return load;
  }

  /** What was sent while the location was ours may arrive when it is not any more. */
  #cutShort(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    if (this.#signals?.abort.aborted) this.#abort.abort();
  }

  /** Whatever was known may be wrong by the time that the location is ours (again): only the rules stay. */
  #renew(): void {
    this.#parts = this.#newParts();
    this.#dirty.clear();
    const { disks, lister } = this.#parts;
    for (const [id, rule] of this.#rules) disks.apply(disks.get(id), { type: "rule.changed", rule });
    lister.pace();
  }

  #newParts(): LocationParts {
    const { clock, identity, onEvent, onAccountThrottled, concurrency, callTimeout } = this.#context;
    const about = { backend: this.backend.name, location: this.location };
    const state: LocationState = {
      ...about,
      capabilities: this.backend.capabilities,
      identity,
      clock: startClock(momentOf(clock)),
      unresolvedRules: this.#unresolved,
      ...(this.#tenure === "none" && { isElsewhere: true as const }),
      ...(this.#tenure === "lapsed" && { lapsedAt: clock.monotonic() }),
    };
    const disks = new Disks(state, this.#context, this.#tenure !== "none");
    const isCurrent = (): boolean => {
      // Asking may find that the tenure has lapsed: then what is sent goes by a plan that knows of it.
      if (this.#tenure === "owner") this.#claim?.isHeld();
      return this.#tenure !== "none" && disks === this.#parts.disks && !this.#signals?.stop.aborted;
    };
    const requests = new Requests(disks, this.#context, {
      isServing: isCurrent,
      isApplying: () => lister.isApplying,
      onChange: (entry) => this.#touch(entry),
      about: (entry) => this.#about(entry),
      storage: () => guarded.backend,
    });
    const guarded = guardBackend(this.backend, {
      clock,
      concurrency,
      callTimeout,
      judge: requests,
      pendingLeft: () => this.#maxPending - disks.pending,
      onCall: (call) => onEvent({ type: "call.ended", ...about, ...call }),
      onDate: (date) => disks.observe(date),
      onAccountThrottled: (error) => onAccountThrottled(about, error),
      onPause: (kind, pause, error) => onEvent({ type: "location.paused", ...about, kind, pause, error }),
    });
    const lister = new LocationLister(disks, this.#context, {
      storage: () => guarded.backend,
      isServing: isCurrent,
      isRoomWaitedFor: () => guarded.isRoomWaitedFor(),
      onChange: (entry) => this.#touch(entry),
      about: (entry) => this.#about(entry),
      onEnd: () => {
        guarded.wake();
        this.#scheduleStep();
      },
    });
    return { disks, guarded, requests, lister };
  }

  #setRule(id: string, rule: Rule | undefined): void {
    if (rule === undefined) this.#rules.delete(id);
    else this.#rules.set(id, rule);
    const { disks } = this.#parts;
    const entry = rule === undefined ? disks.find(id) : disks.get(id);
    if (entry === undefined) return;
    disks.apply(entry, { type: "rule.changed", rule });
    this.#touch(entry);
  }

  /** Something is new about the disk: it is planned in the next step. */
  #touch(entry: DiskEntry): void {
    this.#dirty.add(entry);
    this.#scheduleStep();
  }

  /** After what happens at the same moment has all been noted. */
  #scheduleStep(): void {
    if (this.#isStepping || this.#signals === undefined) return;
    this.#isStepping = true;
    queueMicrotask(() => {
      this.#isStepping = false;
      this.#step();
    });
  }

  #step(): void {
    const { clock } = this.#context;
    for (const look of this.#resting.splice(0)) look();
    if (this.#tenure === "none" || this.#signals === undefined || this.#signals.stop.aborted) return;
    const now = clock.monotonic();
    this.#lastStepAt = now;
    for (const id of this.#wakes.takeDue(now)) {
      const entry = this.#parts.disks.find(id);
      if (entry !== undefined) this.#dirty.add(entry);
    }
    // It ends with a step.
    if (this.#parts.lister.isApplying) return;
    this.#planDirty(now);
    if (this.#isIdle()) this.#renew();
    this.#parts.guarded.wake();
    if (now >= this.#parts.lister.nextAt) void this.#parts.lister.list(this.#abort.signal);
    this.#cancelTimer();
    const nextAt =
      this.#dirty.size > 0 ? now : Math.min(this.#wakes.nextAt, this.#parts.lister.nextAt, now + LONGEST_REST);
    this.#cancelTimer = clock.after(Math.max(nextAt - clock.monotonic(), 0), () => this.#scheduleStep());
  }

  /** Those for which there is no time are planned in the next step, after others had their turn. */
  #planDirty(now: Monotonic): void {
    const { clock } = this.#context;
    let left = this.#dirty.size;
    for (const entry of this.#dirty) {
      if (left-- === 0 || clock.monotonic() - now > LONGEST_TURN) return;
      this.#dirty.delete(entry);
      this.#planAndAct(entry);
    }
  }

  /**
   * Nothing is left to serve, so that the location is not listed any more. What the last list said is forgotten: before
   * the first snapshot of a rule that comes later, it is listed again.
   */
  #isIdle(): boolean {
    const { disks, lister, requests } = this.#parts;
    return disks.isEmpty && disks.location.list !== undefined && !lister.isUnderWay && requests.underWay === 0;
  }

  #planAndAct(entry: DiskEntry): void {
    const { id } = entry.state.disk;
    const { disks, lister, requests } = this.#parts;
    if (disks.find(id) !== entry) return;
    const plan = planEntry(entry, disks.present(entry));
    this.#wakes.set(id, plan.wakeAt);
    lister.lookFor(entry, plan.listAt);
    requests.emitChanges(entry, plan);
    requests.carryOut(entry, plan, this.#abort.signal);
    if (disks.forgetIfEmpty(entry)) this.#wakes.delete(id);
  }

  /** Resolves once nothing is under way for these disks. */
  async #rest({ requests, lister }: LocationParts): Promise<void> {
    while (requests.underWay > 0 || lister.isUnderWay) {
      await new Promise<void>((resolve) => this.#resting.push(resolve));
    }
  }

  #about({ state }: DiskEntry): DiskContext {
    return { backend: this.backend.name, disk: state.disk, rule: state.rule };
  }

  #inspection(entry: DiskEntry): DiskInspection {
    const { state, sizes } = entry;
    const present = this.#parts.disks.present(entry);
    return { ...this.#about(entry), state, present, plan: planEntry(entry, present), ...(sizes && { sizes }) };
  }
}
