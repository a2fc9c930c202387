import type { BackendError } from "@k8s-snapshots/backend-api";

/** A backend that cannot be used: one line that names it and says what to do. */
export class BackendLoadError extends Error {
  override readonly name = "BackendLoadError";

  /** As `BACKENDS` names it. */
  readonly backend: string;

  constructor(backend: string, why: string, options?: ErrorOptions) {
    super(`backend ${backend} cannot be used: ${why}`, options);
    this.backend = backend;
  }
}

/** A backend could not tell which disk is meant. */
export class DiskLookupError extends Error {
  override readonly name = "DiskLookupError";
  override readonly cause: BackendError;

  /** {@link SnapshotBackend.name}. */
  readonly backend: string;

  constructor(backend: string, cause: BackendError) {
    super(cause.message);
    this.backend = backend;
    this.cause = cause;
  }
}
