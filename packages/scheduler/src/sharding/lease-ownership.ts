import type { Clock } from "../clock.ts";
import type { Milliseconds, Monotonic } from "../state/time.ts";
import { withDeadline } from "../with-deadline.ts";
import { assignLocations } from "./assign-locations.ts";
import { LeaseConflict, type LeaseStore, type LeaseView, type MemberLease } from "./lease-store.ts";
import {
  type LocationClaim,
  type LocationName,
  type LocationOwnership,
  locationKey,
  type Tenant,
} from "./location-ownership.ts";
import { defaultLeaseTimes, type LeaseTimes, Membership } from "./membership.ts";
import { Tenancy } from "./tenancy.ts";

/** Settings of a {@link LeaseOwnership}. */
export interface LeaseOwnershipOptions {
  readonly store: LeaseStore;
  readonly clock: Clock;

  /** A name for a member that there never was: for the log, it begins with that of the pod. */
  readonly newMember: () => string;

  /** Default: those of Kubernetes' own components. */
  readonly times?: LeaseTimes;

  /** Called for what happens. Must not throw. Default: no listener. */
  readonly onEvent?: (event: OwnershipEvent) => void;
}

/** What happens to the locations of a replica. */
export type OwnershipEvent =
  | { readonly type: "location.acquired" | "location.released" | "location.lapsed"; readonly key: string }
  | { readonly type: "replica.joined"; readonly member: string }
  | { readonly type: "replica.removed"; readonly member: string }
  | { readonly type: "lease.failed"; readonly error: unknown };

/** How long a Lease of a location may take to be written. */
const WRITE_LIMIT: Milliseconds = 5_000;

/**
 * One owner a location: replicas share the locations among them by Leases. Each keeps one Lease of its own alive; the
 * Lease of a location only names the member that serves it.
 *
 * Why two never act on one location at once: its Lease is changed by its holder, or when the holder's own Lease is not
 * there. A holder acts only for `renewDeadline` after it began to renew its own Lease, and that is removed only after
 * nobody renewed it for `duration`, which is longer; the removal names the version that was seen for that long, so that the
 * API server decides between it and a renewal. A member that lapsed never comes back under its name. All is measured by
 * monotonic clocks; no clocks are compared.
 */
export class LeaseOwnership implements LocationOwnership {
  readonly #store: LeaseStore;
  readonly #clock: Clock;
  readonly #times: LeaseTimes;
  readonly #onEvent: (event: OwnershipEvent) => void;
  readonly #membership: Membership;
  readonly #tenancies = new Map<string, Tenancy>();
  /** Since when each other member's Lease has been seen in its version. */
  readonly #seen = new Map<string, { readonly version: string; readonly since: Monotonic }>();
  readonly #writing = new Set<string>();
  /** Members that this process was, and is not any more. */
  readonly #former = new Set<string>();
  #view: LeaseView | undefined;
  #wake: () => void = () => {};

  constructor({ store, clock, newMember, times = defaultLeaseTimes, onEvent = () => {} }: LeaseOwnershipOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#times = times;
    this.#onEvent = onEvent;
    this.#membership = new Membership({
      store,
      clock,
      times,
      newMember,
      loads: () => this.#loads(),
      onLapse: (member) => this.#lapse(member),
      onError: (error) => onEvent({ type: "lease.failed", error }),
    });
  }

  /** Whether this process is one of the replicas now, so that it can serve locations. */
  get isMember(): boolean {
    return this.#membership.member !== undefined;
  }

  acquire(location: LocationName, tenant: Tenant): LocationClaim {
    const key = locationKey(location);
    const tenancy = new Tenancy(key, tenant);
    this.#tenancies.set(key, tenancy);
    this.#wake();
    queueMicrotask(() => this.#decide());
    return {
      isHeld: () => this.#membership.member !== undefined && tenancy.member === this.#membership.member,
      release: () => {
        this.#tenancies.delete(key);
        this.#wake();
      },
    };
  }

  /** Works until `stop` fires and all locations were released; then frees them for others at once. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const watching = this.#store.watch((view) => this.#saw(view), ended.signal);
    stop.addEventListener("abort", () => this.#wake(), { once: true });
    while (!stop.aborted || this.#tenancies.size > 0) {
      if (this.#tenancies.size > 0) await this.#renew(ended.signal);
      this.#decide();
      if (!stop.aborted || this.#tenancies.size > 0) await this.#pause();
    }
    await this.#membership.leave();
    ended.abort();
    await watching;
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const before = this.#membership.member;
    await this.#membership.renew(signal);
    const { member } = this.#membership;
    if (member !== undefined && member !== before) this.#onEvent({ type: "replica.joined", member });
  }

  /** Until it is time to renew, or something is to be done sooner. */
  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(this.#times.retryPeriod, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #saw(view: LeaseView): void {
    this.#view = view;
    const now = this.#clock.monotonic();
    for (const member of this.#seen.keys()) if (!view.members.has(member)) this.#seen.delete(member);
    for (const { member, version } of view.members.values()) {
      if (this.#seen.get(member)?.version !== version) this.#seen.set(member, { version, since: now });
    }
    this.#decide();
  }

  /** Looks at all Leases, and does what follows from them. Each Lease is written by one request at a time. */
  #decide(): void {
    const view = this.#view;
    const { member } = this.#membership;
    if (view === undefined || member === undefined || !view.members.has(member)) return;
    const isAlive = (one: string): boolean => view.members.has(one) && !this.#former.has(one);
    this.#removeDead(member);
    const assigned = this.#assign(view, [...view.members.keys()].filter(isAlive).sort());
    for (const tenancy of this.#tenancies.values()) {
      const { key } = tenancy;
      const lease = view.locations.get(key);
      const to = assigned.get(key);
      const isMine = tenancy.isHeldBy(member, lease);
      const isFree = lease === undefined || !isAlive(lease.holder);
      if (isMine && to !== undefined && to !== member) this.#handOver(tenancy, to, lease?.version);
      else if (isMine) this.#occupy(tenancy, member);
      else if (isFree && to === member) this.#take(tenancy, member, lease?.version);
      else if (!isFree) this.#vacate(tenancy);
    }
  }

  /** From what is seen alone: all members that see the same decide the same. */
  #assign(view: LeaseView, members: readonly string[]): ReadonlyMap<string, string> {
    const locations = new Map<string, { load: number; candidates: string[] }>();
    for (const member of members) {
      for (const [key, load] of Object.entries(view.members.get(member)?.loads ?? {})) {
        const known = locations.get(key) ?? { load: 1, candidates: [] };
        locations.set(key, { load: Math.max(known.load, load), candidates: [...known.candidates, member] });
      }
    }
    const assigned = [...locations].map(([key, { load, candidates }]) => {
      const holder = candidates.find((member) => view.locations.get(key)?.holder === member);
      return { key, load, holder, candidates };
    });
    return assignLocations(members, assigned);
  }

  /** A Lease that nobody renewed for its duration is removed; if it was renewed just now, the API server refuses. */
  #removeDead(self: string): void {
    const now = this.#clock.monotonic();
    for (const [member, { version, since }] of this.#seen) {
      const isOver = this.#former.has(member) || now - since >= this.#times.duration;
      if (member === self || !isOver) continue;
      void this.#write(`member ${member}`, async (signal) => {
        await this.#store.removeMember(member, version, signal);
        this.#onEvent({ type: "replica.removed", member });
      });
    }
  }

  #take(tenancy: Tenancy, member: string, version: string | undefined): void {
    void this.#write(tenancy.key, async (signal) => {
      const lease = await this.#store.assignLocation(tenancy.key, member, version, signal);
      // An answer that comes too late says nothing: the view does.
      if (signal.aborted || this.#membership.member !== member || this.#tenancies.get(tenancy.key) !== tenancy) return;
      tenancy.noteOwn(lease, version);
      this.#occupy(tenancy, member);
    });
  }

  /** What is under way ends first. */
  #handOver(tenancy: Tenancy, to: string, version: string | undefined): void {
    const { key } = tenancy;
    this.#vacate(tenancy);
    void tenancy.atRest.then(() =>
      this.#write(key, async (signal) => {
        const replaced = tenancy.versionOf(version);
        const lease = await this.#store.assignLocation(key, to, replaced, signal);
        if (!signal.aborted) tenancy.noteOwn(lease, replaced);
      }),
    );
  }

  #occupy(tenancy: Tenancy, member: string): void {
    if (tenancy.member === member || !tenancy.isAtRest) return;
    tenancy.occupy(member);
    this.#onEvent({ type: "location.acquired", key: tenancy.key });
  }

  #vacate(tenancy: Tenancy): void {
    if (tenancy.member === undefined && !tenancy.hasLapsed) return;
    tenancy.vacate();
    this.#onEvent({ type: "location.released", key: tenancy.key });
  }

  #lapse(member: string): void {
    this.#former.add(member);
    for (const tenancy of this.#tenancies.values()) {
      if (tenancy.lapse()) this.#onEvent({ type: "location.lapsed", key: tenancy.key });
    }
  }

  async #write(lease: string, write: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#writing.has(lease)) return;
    this.#writing.add(lease);
    try {
      await withDeadline({ clock: this.#clock, limit: WRITE_LIMIT }, write);
    } catch (error) {
      // Somebody else was faster: the next view says who.
      if (!(error instanceof LeaseConflict)) this.#onEvent({ type: "lease.failed", error });
    } finally {
      this.#writing.delete(lease);
    }
  }

  #loads(): MemberLease["loads"] {
    const asked = [...this.#tenancies.values()];
    return Object.fromEntries(
      asked.map(({ key, member, tenant }) => [key, member === undefined ? 0 : rounded(tenant.load())]),
    );
  }
}

/** So that one snapshot more moves nothing: to four binary digits. */
function rounded(load: number): number {
  const unit = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, load))) - 3);
  return Math.max(1, Math.round(load / unit) * unit);
}
