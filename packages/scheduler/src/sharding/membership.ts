import type { Clock } from "../clock.ts";
import type { Milliseconds, Monotonic } from "../state/time.ts";
import { withDeadline } from "../with-deadline.ts";
import { LeaseConflict, type LeaseStore, type MemberLease } from "./lease-store.ts";

/**
 * As Kubernetes' own components have them by default.
 *
 * @see {@link https://kubernetes.io/docs/concepts/architecture/leases/}
 * @see {@link https://pkg.go.dev/k8s.io/client-go/tools/leaderelection#LeaderElectionConfig}
 */
export interface LeaseTimes {
  /** A Lease that nobody renewed for so long, as seen from outside, is over. */
  readonly duration: Milliseconds;

  /** Who could not renew its Lease for so long stops acting by it. Shorter than the duration. */
  readonly renewDeadline: Milliseconds;

  /** How often it is renewed. */
  readonly retryPeriod: Milliseconds;
}

export const defaultLeaseTimes: LeaseTimes = { duration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 };

/** What a {@link Membership} is connected to. */
export interface MembershipOptions {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly times: LeaseTimes;

  /** A name for a member that there never was. */
  readonly newMember: () => string;

  /** See {@link MemberLease.loads}. */
  readonly loads: () => MemberLease["loads"];

  /** The member could not renew its Lease in time: it is no more, and whatever it held may be another's. */
  readonly onLapse: (member: string) => void;

  /** A Lease could not be written; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/**
 * This process as a member of the replicas: creates a Lease of its own and renews it. A member that could not renew it in
 * time, by the monotonic clock, never acts again: the process comes back as a new one. So nobody has to find out what
 * happened meanwhile, and it is enough that others wait for longer than a member acts.
 */
export class Membership {
  readonly #options: MembershipOptions;
  #member: string | undefined;
  /** When the request that renewed it last was begun. */
  #renewedAt: Monotonic = Number.NEGATIVE_INFINITY;
  #cancelDeadline: () => void = () => {};

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** The name of this member; `undefined`: it is none, now. Finds out by itself that it has lapsed. */
  get member(): string | undefined {
    const { clock, times } = this.#options;
    if (this.#member !== undefined && clock.monotonic() >= this.#renewedAt + times.renewDeadline) this.#lapse();
    return this.#member;
  }

  /** Becomes a member, or renews the Lease. Never rejects. */
  async renew(signal: AbortSignal): Promise<void> {
    const { store, clock, times, newMember, loads, onError } = this.#options;
    const known = this.member;
    const lease = { member: known ?? newMember(), loads: loads() };
    const begunAt = clock.monotonic();
    try {
      await withDeadline({ clock, limit: times.renewDeadline, signal }, (limited) =>
        known === undefined ? store.createMember(lease, limited) : store.renewMember(lease, limited),
      );
      if (this.member === known) this.#renewed(lease.member, begunAt);
    } catch (error) {
      if (error instanceof LeaseConflict && known !== undefined && this.#member === known) this.#lapse();
      if (!signal.aborted) onError(error);
    }
  }

  /** Ends the membership: all that it held is free at once. Not to be called before nothing is done by it any more. */
  async leave(): Promise<void> {
    const { store, clock, times, onError } = this.#options;
    const member = this.#member;
    this.#cancelDeadline();
    this.#member = undefined;
    if (member === undefined) return;
    try {
      await withDeadline({ clock, limit: times.retryPeriod }, (limited) =>
        store.removeMember(member, undefined, limited),
      );
    } catch (error) {
      onError(error);
    }
  }

  #renewed(member: string, begunAt: Monotonic): void {
    const { clock, times } = this.#options;
    this.#member = member;
    this.#renewedAt = begunAt;
    this.#cancelDeadline();
    const left = begunAt + times.renewDeadline - clock.monotonic();
    this.#cancelDeadline = clock.after(left, () => void this.member);
  }

  #lapse(): void {
    const member = this.#member as string;
    this.#cancelDeadline();
    this.#member = undefined;
    this.#options.onLapse(member);
  }
}
