import type { BackendErrorCode, BackendErrorScope } from "@k8s-snapshots/backend-api";

/** What a code of EC2's means to the scheduler. */
export interface Ec2ErrorMeaning {
  readonly code: BackendErrorCode;
  /** `object`: whom the call was about. */
  readonly scope: BackendErrorScope | "object";
  /** Default: the contract's for the code. */
  readonly retryable?: boolean;
  /** Milliseconds. */
  readonly retryAfterMs?: number;
  /** What to do, where the code alone says it. */
  readonly fix?: string;
  /** The page that has the code, or its kind; `undefined` where AWS documents none. */
  readonly source: string | undefined;
}

type Meaning = Omit<Ec2ErrorMeaning, "source">;

const account: Meaning = { code: "forbidden", scope: "account" };
const forbidden: Meaning = { code: "forbidden", scope: "location" };
const identity: Meaning = { code: "unauthenticated", scope: "account" };
const invalid: Meaning = { code: "invalid", scope: "object" };
const locked: Meaning = { code: "locked", scope: "snapshot" };
const quota: Meaning = { code: "limit-reached", scope: "location" };
const throttled: Meaning = { code: "throttled", scope: "location" };
const unavailable: Meaning = { code: "unavailable", scope: "location" };

const key: Meaning = {
  ...invalid,
  fix: "name a KMS key that is there and enabled, and that the credentials may use, in this region",
};
const raiseQuota: Meaning = { ...quota, fix: "delete snapshots or raise the quota" };

/** EC2's own list. */
const documented: Readonly<Record<string, Meaning>> = {
  AccountDisabled: account,
  AuthFailure: { ...identity, scope: "location" },
  Blocked: account,
  ClientInvalidParameterValue: invalid,
  // It ends by itself when the volume's pending snapshots are done.
  ConcurrentSnapshotLimitExceeded: { code: "limit-reached", scope: "disk", retryable: true },
  ConcurrentTagAccess: { code: "throttled", scope: "object" },
  CustomerKeyHasBeenRevoked: { ...key, code: "forbidden" },
  DependencyViolation: { code: "in-use", scope: "object" },
  FilterLimitExceeded: invalid,
  IdempotentParameterMismatch: invalid,
  IncompleteSignature: identity,
  IncorrectInstanceState: { ...invalid, retryable: true },
  // For a snapshot: the one before it is still being begun. For a volume: its snapshot is not ready.
  IncorrectState: { ...invalid, retryable: true },
  InsufficientVolumeCapacity: unavailable,
  InternalError: unavailable,
  InternalFailure: unavailable,
  InvalidAction: invalid,
  InvalidAvailabilityZone: invalid,
  InvalidCharacter: invalid,
  InvalidClientToken: invalid,
  InvalidClientTokenId: identity,
  InvalidFilter: invalid,
  InvalidID: invalid,
  InvalidInput: invalid,
  "InvalidInstanceID.Malformed": invalid,
  // It is gone, and its volumes are not: they can be attached elsewhere.
  "InvalidInstanceID.NotFound": { ...invalid, retryable: true },
  InvalidInstanceState: { ...invalid, retryable: true },
  InvalidMaxResults: invalid,
  // The list has to begin anew.
  InvalidNextToken: unavailable,
  InvalidPaginationToken: unavailable,
  InvalidParameter: invalid,
  InvalidParameterCombination: invalid,
  InvalidParameterDependency: invalid,
  InvalidParameterValue: invalid,
  InvalidQueryParameter: invalid,
  InvalidRegion: { ...invalid, scope: "location" },
  InvalidRequest: invalid,
  "InvalidSecurity.RequestHasExpired": identity,
  "InvalidSnapshot.InUse": { code: "in-use", scope: "snapshot" },
  "InvalidSnapshot.NotFound": { code: "not-found", scope: "snapshot" },
  "InvalidSnapshotID.Malformed": { ...invalid, scope: "snapshot" },
  InvalidState: { ...invalid, retryable: true },
  "InvalidTagKey.Malformed": invalid,
  "InvalidUserID.Malformed": invalid,
  "InvalidVolume.NotFound": { code: "not-found", scope: "disk" },
  "InvalidVolume.ZoneMismatch": invalid,
  "InvalidVolumeID.Duplicate": invalid,
  "InvalidVolumeID.Malformed": { ...invalid, scope: "disk" },
  "InvalidVolumeID.ZoneMismatch": invalid,
  "InvalidZone.NotFound": invalid,
  MalformedQueryString: invalid,
  MaxIOPSLimitExceeded: quota,
  MissingAction: invalid,
  MissingAuthenticationToken: identity,
  MissingInput: invalid,
  MissingParameter: invalid,
  NoSuchVersion: invalid,
  OperationNotPermitted: forbidden,
  OptInRequired: account,
  PendingSnapshotLimitExceeded: { ...quota, retryable: true },
  PendingVerification: account,
  RequestExpired: identity,
  RequestLimitExceeded: throttled,
  ResourceCountExceeded: quota,
  ResourceLimitExceeded: quota,
  RetryableError: unavailable,
  ServerInternal: unavailable,
  ServiceUnavailable: unavailable,
  SignatureDoesNotMatch: identity,
  SnapshotCreationPerVolumeRateExceeded: { code: "throttled", scope: "disk", retryAfterMs: 15_000 },
  SnapshotLimitExceeded: raiseQuota,
  TagLimitExceeded: { code: "limit-reached", scope: "object" },
  TagPolicyViolation: { ...invalid, fix: "allow the labels in the organisation's tag policy" },
  UnauthorizedOperation: forbidden,
  Unavailable: unavailable,
  UnknownParameter: invalid,
  UnknownVolumeType: invalid,
  Unsupported: invalid,
  UnsupportedOperation: invalid,
  UnsupportedProtocol: invalid,
  ValidationError: invalid,
  VolumeIOPSLimit: invalid,
  VolumeInUse: { code: "in-use", scope: "disk", fix: "detach it first" },
  VolumeLimitExceeded: quota,
  VolumeTypeNotAvailableInZone: invalid,
};

/** What AWS's clients besides take for throttling, for a server's failure and for a clock that is wrong. */
const ofClients: Readonly<Record<string, Meaning>> = {
  BandwidthLimitExceeded: throttled,
  EC2ThrottledException: throttled,
  LimitExceededException: throttled,
  PriorRequestNotComplete: throttled,
  InvalidSignatureException: identity,
  RequestInTheFuture: identity,
  RequestThrottled: throttled,
  RequestThrottledException: throttled,
  RequestTimeout: unavailable,
  RequestTimeTooSkewed: identity,
  RequestTimeoutException: unavailable,
  SlowDown: throttled,
  ThrottledException: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  TooManyRequestsException: throttled,
};

/** What all services of AWS have in common. */
const common: Readonly<Record<string, Meaning>> = {
  AccessDenied: forbidden,
  AccessDeniedException: forbidden,
  ExpiredToken: identity,
  ExpiredTokenException: identity,
  InvalidAccessKeyId: identity,
  NotAuthorized: forbidden,
  UnrecognizedClientException: identity,
};

/** What Service Quotas answers to ListServiceQuotas besides. */
const ofServiceQuotas: Readonly<Record<string, Meaning>> = {
  IllegalArgumentException: invalid,
  InvalidPaginationTokenException: unavailable,
  // It does not know EBS, as in a region that is not there yet.
  NoSuchResourceException: { code: "not-found", scope: "location" },
  ServiceException: unavailable,
};

/** What EC2 answers, too, as people met it: AWS's pages do not have these. */
const met: Readonly<Record<string, Meaning>> = {
  "InvalidKmsKey.InvalidState": key,
  "InvalidKmsKey.NotFound": key,
  "InvalidKMSKey.InvalidState": key,
  "InvalidKMSKey.NotFound": key,
  "InvalidParam.Malformed": invalid,
  "InvalidParameterValue.Malformed": invalid,
  "InvalidSnapshot.Locked": locked,
  "InvalidVolume.Malformed": { ...invalid, scope: "disk" },
  ServiceQuotaExceeded: raiseQuota,
  ServiceQuotaExceededException: raiseQuota,
  SnapshotLocked: locked,
  VolumeCreationPerSnapshotRateExceeded: { code: "throttled", scope: "snapshot" },
};

/** The source of each part. */
const parts = [
  ["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html", documented],
  [
    "https://github.com/smithy-lang/smithy-typescript/blob/main/packages/service-error-classification/src/constants.ts",
    ofClients,
  ],
  ["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html", common],
  ["https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html", ofServiceQuotas],
  [undefined, met],
] as const;

const table: ReadonlyMap<string, Ec2ErrorMeaning> = new Map(
  parts.flatMap(([source, codes]) => Object.entries(codes).map(([name, meaning]) => [name, { ...meaning, source }])),
);

/** Codes that EC2 names after their kind: so that a new one is understood, too. */
const kinds: readonly (readonly [RegExp, Meaning])[] = [
  [/LimitExceeded(?:Exception)?$/, quota],
  [/RateExceeded$/, { code: "throttled", scope: "object" }],
  [/\.Malformed$/, invalid],
];

/** What a code means; `undefined` if it is neither known nor of a known kind. */
export function meaningOf(name: string): Ec2ErrorMeaning | undefined {
  const known = table.get(name);
  if (known !== undefined) return known;
  const meaning = kinds.find(([pattern]) => pattern.test(name))?.[1];
  return meaning && { ...meaning, source: parts[0][0] };
}

/** All that are known by name. */
export const ec2ErrorCodes: readonly string[] = [...table.keys()];
