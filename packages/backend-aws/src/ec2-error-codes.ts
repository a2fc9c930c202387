import type { BackendErrorCode, BackendErrorOptions } from "@k8s-snapshots/backend-api";

/**
 * EC2's codes.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html}
 */
export const ec2ErrorCodes: Readonly<Record<string, BackendErrorCode>> = {
  AuthFailure: "unauthenticated",
  ExpiredToken: "unauthenticated",
  ExpiredTokenException: "unauthenticated",
  IncompleteSignature: "unauthenticated",
  InvalidAccessKeyId: "unauthenticated",
  InvalidClientTokenId: "unauthenticated",
  MissingAuthenticationToken: "unauthenticated",
  RequestExpired: "unauthenticated",
  SignatureDoesNotMatch: "unauthenticated",
  UnrecognizedClientException: "unauthenticated",
  CredentialsError: "unauthenticated",

  AccessDenied: "forbidden",
  AccessDeniedException: "forbidden",
  Blocked: "forbidden",
  OperationNotPermitted: "forbidden",
  OptInRequired: "forbidden",
  PendingVerification: "forbidden",
  UnauthorizedOperation: "forbidden",

  EC2ThrottledException: "throttled",
  RequestLimitExceeded: "throttled",
  RequestThrottled: "throttled",
  SnapshotCreationPerVolumeRateExceeded: "throttled",
  Throttling: "throttled",
  ThrottlingException: "throttled",
  VolumeCreationPerSnapshotRateExceeded: "throttled",

  ConcurrentSnapshotLimitExceeded: "limit-reached",
  MaxIOPSLimitExceeded: "limit-reached",
  ResourceCountExceeded: "limit-reached",
  ResourceLimitExceeded: "limit-reached",
  SnapshotLimitExceeded: "limit-reached",
  TagLimitExceeded: "limit-reached",
  VolumeLimitExceeded: "limit-reached",

  "InvalidSnapshot.NotFound": "not-found",
  "InvalidVolume.NotFound": "not-found",

  "InvalidSnapshot.InUse": "in-use",

  // AWS documents snapshot locks, but not the code of a deletion that they forbid: see `aws-error.ts`, too.
  "InvalidSnapshot.Locked": "locked",
  SnapshotLocked: "locked",

  IdempotentParameterMismatch: "invalid",
  IncorrectState: "invalid",
  InvalidFilter: "invalid",
  InvalidParameter: "invalid",
  InvalidParameterCombination: "invalid",
  InvalidParameterDependency: "invalid",
  InvalidParameterValue: "invalid",
  "InvalidParam.Malformed": "invalid",
  "InvalidParameterValue.Malformed": "invalid",
  "InvalidKmsKey.InvalidState": "invalid",
  "InvalidSnapshotID.Malformed": "invalid",
  "InvalidVolume.ZoneMismatch": "invalid",
  "InvalidVolumeID.Malformed": "invalid",
  "InvalidZone.NotFound": "invalid",
  MissingParameter: "invalid",
  UnknownParameter: "invalid",
  UnknownVolumeType: "invalid",

  InsufficientVolumeCapacity: "unavailable",
  InternalError: "unavailable",
  InternalFailure: "unavailable",
  // The list has to begin anew.
  InvalidNextToken: "unavailable",
  InvalidPaginationToken: "unavailable",
  RequestTimeout: "unavailable",
  ServiceUnavailable: "unavailable",
  Unavailable: "unavailable",
};

/**
 * What is special about some of them. The intervals are those that AWS asks for, on the page above. Quotas are those of
 * one region.
 */
export const ec2ErrorDetails: Readonly<Record<string, BackendErrorOptions>> = {
  // A region that is off for the account says so, too.
  AuthFailure: { scope: "location" },
  Blocked: { scope: "account" },
  OptInRequired: { scope: "account" },
  PendingVerification: { scope: "account" },

  SnapshotCreationPerVolumeRateExceeded: { scope: "disk", retryAfterMs: 15_000 },
  VolumeCreationPerSnapshotRateExceeded: { scope: "snapshot" },

  // It ends by itself when the volume's pending snapshots are done.
  ConcurrentSnapshotLimitExceeded: { scope: "disk", retryable: true },
  MaxIOPSLimitExceeded: { scope: "location" },
  ResourceCountExceeded: { scope: "location" },
  ResourceLimitExceeded: { scope: "location" },
  SnapshotLimitExceeded: { scope: "location" },
  VolumeLimitExceeded: { scope: "location" },

  "InvalidSnapshot.NotFound": { scope: "snapshot" },
  "InvalidVolume.NotFound": { scope: "disk" },
};
