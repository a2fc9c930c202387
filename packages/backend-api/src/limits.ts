/**
 * What a storage system allows in one location, as it says itself at run time: a quota that people can raise. Whole numbers,
 * zero or more. What it does not say is absent, and then {@link BackendCapabilities} is all that is known.
 */
export interface LocationLimits {
  /** Most snapshots of the location, of all owners together. */
  readonly maxSnapshots?: number;

  /**
   * How many there are, counted as {@link maxSnapshots} counts them. May lag behind, and may be more than the limit, where
   * that was lowered.
   */
  readonly snapshots?: number;

  /** Most snapshots of the location that may be pending at once. Replaces {@link BackendCapabilities.maxPendingPerLocation}. */
  readonly maxPending?: number;
}
