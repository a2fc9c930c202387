/** A replica that is alive: it renews this Lease of its own every few seconds. */
export interface MemberLease {
  /** Unlike that of any replica before or after it: who lost its Lease comes back as another member. */
  readonly member: string;

  /** Differs after each write. */
  readonly version: string;

  /** The locations that it could serve, by `locationKey`: how much each is (see `Tenant.load`); 0 where it does not serve it. */
  readonly loads: Readonly<Record<string, number>>;
}

/** Who serves a location. Written only when that changes. */
export interface LocationLease {
  /** `locationKey` of it. */
  readonly key: string;
  readonly holder: string;

  /** Differs after each write. */
  readonly version: string;
}

/** All Leases of the replicas, as they were at one moment. */
export interface LeaseView {
  /** By member. */
  readonly members: ReadonlyMap<string, MemberLease>;

  /** By key. */
  readonly locations: ReadonlyMap<string, LocationLease>;
}

/** Somebody else wrote or removed the Lease in between. Nothing was changed. */
export class LeaseConflict extends Error {
  override readonly name = "LeaseConflict";
}

/**
 * Where replicas keep their Leases: in Kubernetes, `coordination.k8s.io` in the daemon's namespace. A write that
 * names a version succeeds only while the Lease has that version.
 */
export interface LeaseStore {
  /**
   * Follows all Leases until the signal fires. Each view is as the Leases were at one moment, and none is older than the
   * one before. Never rejects.
   */
  watch(onView: (view: LeaseView) => void, signal: AbortSignal): Promise<void>;

  /** @throws {LeaseConflict} if there is one of that name */
  createMember(lease: Omit<MemberLease, "version">, signal: AbortSignal): Promise<void>;

  /**
   * Renews a member's Lease, in whatever version it is there: nobody else writes it.
   *
   * @throws {LeaseConflict} if it is not there any more
   */
  renewMember(lease: Omit<MemberLease, "version">, signal: AbortSignal): Promise<void>;

  /**
   * Removes a member's Lease: then all that it held is free.
   *
   * @param version - default: whatever it is there
   * @throws {LeaseConflict} if it is not there in that version
   */
  removeMember(member: string, version: string | undefined, signal: AbortSignal): Promise<void>;

  /**
   * Makes a member the holder of a location.
   *
   * @param version - of the Lease that is there; `undefined`: there is none
   * @throws {LeaseConflict} if it is not there in that version, or is there
   */
  assignLocation(key: string, holder: string, version: string | undefined, signal: AbortSignal): Promise<LocationLease>;
}
