/**
 * What a storage system allows in one location, as it says itself at run time: a quota that people can raise. What it does
 * not say is absent, and then {@link BackendCapabilities} is what is known.
 */
export interface LocationLimits {
  /** Most snapshots of the location, of all owners together. */
  readonly maxSnapshots?: number;

  /** How many there are, of all owners together. */
  readonly snapshots?: number;

  /** As {@link BackendCapabilities.maxPendingPerLocation}. */
  readonly maxPending?: number;
}
