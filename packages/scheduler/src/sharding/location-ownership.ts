/** A location of one backend, as a process asks for it. */
export interface LocationName {
  readonly backend: string;
  readonly location: string;
}

/** What names a location among those of all backends: their names may hold any character. */
export function locationKey({ backend, location }: LocationName): string {
  return JSON.stringify([backend, location]);
}

/**
 * What a process may do at a location. `owner`: all that the rules ask for. `lapsed`: it was the owner, and cannot tell
 * whether it still is; it deletes nothing, and takes only what is so overdue that nobody else seems to. `none`: nothing; the
 * location's rules stay known, so that it can be served at once when it is ours (again).
 */
export type Tenure = "owner" | "lapsed" | "none";

/** Whoever serves a location. */
export interface Tenant {
  /**
   * Called whenever the tenure changes; before the first call it is `none`. From `none` on nothing is sent.
   *
   * @returns once nothing is under way any more that was begun before
   */
  onTenure(tenure: Tenure): Promise<void>;

  /** How much there is to do, so that replicas can share it evenly: snapshots that are known, and disks with a rule. */
  load(): number;
}

/** What a process holds of a location that it asked for. */
export interface LocationClaim {
  /**
   * Whether the location is ours at this very moment, by the monotonic clock: asked right before a request leaves. Where it
   * is not any more, the tenant is told before this returns.
   */
  isHeld(): boolean;

  /** Lets go of the location. To be called when nothing is under way any more. */
  release(): void;
}

/** Which locations this process serves. */
export interface LocationOwnership {
  /** Asks for a location. */
  acquire(location: LocationName, tenant: Tenant): LocationClaim;
}

/** For a process that runs alone: every location is its own at once, and stays so. */
export const alwaysOwner: LocationOwnership = {
  acquire(_location, tenant) {
    void tenant.onTenure("owner");
    return { isHeld: () => true, release: () => {} };
  },
};
