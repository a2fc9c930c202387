export type { ClusterAccess, ClusterCredentials } from "./client/cluster-access.ts";
export { readClusterId } from "./client/cluster-id.ts";
export { KubeconfigError } from "./client/kubeconfig-error.ts";
export {
  createKubernetesClient,
  type KubernetesClient,
  type KubernetesClientOptions,
  type KubernetesRequest,
} from "./client/kubernetes-client.ts";
export {
  isNotFound,
  KubernetesApiError,
  KubernetesConnectionError,
  MalformedAnswerError,
} from "./client/kubernetes-error.ts";
export { type ClusterAccessOptions, loadClusterAccess } from "./client/load-cluster-access.ts";
export { readUserName } from "./client/read-user-name.ts";
export {
  clusterIdPermission,
  hasPermission,
  leasePermissions,
  permissionName,
  type RequiredPermission,
  requiredPermissions,
} from "./client/required-permissions.ts";
export { type Clock, systemClock } from "./clock.ts";
export type { CustomResourceDefinition, CustomResourceVersion, JsonSchema } from "./crd/custom-resource-definition.ts";
export { type ServedDefinition, servedDefinition } from "./crd/served-definition.ts";
export { printSnapshotRuleDefinition, snapshotRuleDefinition } from "./crd/snapshot-rule-definition.ts";
export type { LeaseContent, LeaseObject } from "./lease/lease-object.ts";
export { Leases, type LeasesOptions } from "./lease/leases.ts";
export { EventRecorder, type EventRecorderOptions, type ObjectEvent } from "./report/event-recorder.ts";
export {
  type RuleCondition,
  type SnapshotRuleStatus,
  StatusWriter,
  type StatusWriterOptions,
} from "./report/status-writer.ts";
export { WriteQueue, type WriteQueueOptions } from "./report/write-queue.ts";
export { findClaim, findVolume, listVolumes } from "./restore/cluster-volumes.ts";
export {
  claimPhase,
  createClaim,
  createVolume,
  missingRestorePermissions,
  type NewClaim,
  type NewVolume,
  removeClaim,
  removeVolume,
  restorePermissions,
} from "./restore/restored-objects.ts";
export { createRuleSource, type RuleSetListener, type RuleSource, type RuleSourceOptions } from "./rule-source.ts";
export type { DeltasReading } from "./rules/deltas-reader.ts";
export { deriveRules } from "./rules/derive-rules.ts";
export { objectsOfManifests } from "./rules/objects-of-manifests.ts";
export { byPrecedence, supersededMessage, supersededProblem } from "./rules/precedence.ts";
export { type DeletionPolicy, defaultRuleOptions, type RuleOptions, ruleOptions } from "./rules/rule-options.ts";
export type { RuleProblem, RuleProblemOutcome, RuleProblemReason } from "./rules/rule-problem.ts";
export type { RuleSet, RuleSetChanges } from "./rules/rule-set.ts";
export {
  type AnnotationKeys,
  annotationKeys,
  DEFAULT_DELTAS_ANNOTATION_KEY,
  DEFAULT_MAX_RULES_PER_NAMESPACE,
  defaultRuleSettings,
  type RuleSettings,
} from "./rules/rule-settings.ts";
export type { DiskTarget, RuleTarget, SourceRule, VolumeTarget } from "./rules/source-rule.ts";
export { volumeFacts } from "./rules/volume-facts.ts";
export type { SourceEvent } from "./source-event.ts";
export {
  type ClaimObject,
  type ClaimReference,
  type ClusterObjects,
  type NamespacedMetadata,
  type ObjectIdentity,
  SNAPSHOT_RULE_API_VERSION,
  type SnapshotRuleObject,
  type VolumeObject,
} from "./watch/kubernetes-objects.ts";
export type { ResourceHealth } from "./watch/resource-watch.ts";
