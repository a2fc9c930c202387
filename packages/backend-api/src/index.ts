export type { AccessCheck, AccessReport } from "./access.ts";
export { BACKEND_API_VERSION, type CallOptions, type SnapshotBackend } from "./backend.ts";
export {
  BackendError,
  type BackendErrorCode,
  type BackendErrorOptions,
  type BackendErrorScope,
  isBackendError,
} from "./backend-error.ts";
export {
  type BackendContext,
  type BackendFactory,
  type BackendModule,
  describeBackendFault,
} from "./backend-module.ts";
export { type BackendCapabilities, type CallsPerSecond, DEFAULT_LIST_LAG_MS } from "./capabilities.ts";
export type { Disk, DiskSpec, PersistentVolumeSpecView, PersistentVolumeView } from "./disk.ts";
export type { CreateSnapshotGroupRequest } from "./group.ts";
export type { BackendHost, KubernetesApi, KubernetesApiRequest } from "./host.ts";
export {
  CLUSTER_LABEL,
  HOLD_LABEL,
  hasLabels,
  IDEMPOTENCY_KEY_LABEL,
  MARKS_LABEL,
  SCHEDULE_LABEL,
  VOLUME_LABEL,
} from "./labels.ts";
export type { LocationLimits } from "./limits.ts";
export {
  type BackendManifest,
  type BackendSetting,
  type DiskSchema,
  describeManifestFault,
  type FieldSchema,
  mayOwnVolume,
  type RestoreParameter,
  type VolumeMatch,
} from "./manifest.ts";
export { printable } from "./printable.ts";
export type { RemoveRestoredRequest, RestoredVolume, RestoreProgress, RestoreRequest } from "./restore.ts";
export type {
  CreateSnapshotRequest,
  Labels,
  ListSnapshotsRequest,
  Snapshot,
  SnapshotReference,
  SnapshotState,
} from "./snapshot.ts";
export type { SnapshotChange } from "./snapshot-change.ts";
export type { AccessMode, VolumeFacts } from "./volume-facts.ts";
export { volumeFactsOf } from "./volume-facts-text.ts";
