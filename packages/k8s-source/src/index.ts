export { type Clock, systemClock } from "./clock.ts";
export type { ClusterAccess, ClusterCredentials } from "./cluster-access.ts";
export { readClusterId } from "./cluster-id.ts";
export type { CustomResourceDefinition, CustomResourceVersion, JsonSchema } from "./custom-resource-definition.ts";
export type { DeltasReading } from "./deltas-reader.ts";
export { deriveRules, type RuleSet } from "./derive-rules.ts";
export { EventRecorder, type EventRecorderOptions, type ObjectEvent } from "./event-recorder.ts";
export { KubeconfigError } from "./kubeconfig-error.ts";
export {
  createKubernetesClient,
  type KubernetesClient,
  type KubernetesClientOptions,
  type KubernetesRequest,
} from "./kubernetes-client.ts";
export { KubernetesApiError, KubernetesConnectionError, MalformedAnswerError } from "./kubernetes-error.ts";
export {
  type ClaimObject,
  type ClaimReference,
  type ClusterObjects,
  type NamespacedMetadata,
  type ObjectIdentity,
  SNAPSHOT_RULE_API_VERSION,
  type SnapshotRuleObject,
  type VolumeObject,
} from "./kubernetes-objects.ts";
export { type ClusterAccessOptions, loadClusterAccess } from "./load-cluster-access.ts";
export { byPrecedence, supersededMessage, supersededProblem } from "./precedence.ts";
export {
  clusterIdPermission,
  hasPermission,
  permissionName,
  type RequiredPermission,
  requiredPermissions,
} from "./required-permissions.ts";
export type { ResourceHealth } from "./resource-watch.ts";
export type { RuleProblem, RuleProblemOutcome, RuleProblemReason } from "./rule-problem.ts";
export type { RuleSetChanges } from "./rule-set-changes.ts";
export {
  type AnnotationKeys,
  annotationKeys,
  DEFAULT_DELTAS_ANNOTATION_KEY,
  defaultRuleSettings,
  type RuleSettings,
} from "./rule-settings.ts";
export { createRuleSource, type RuleSetListener, type RuleSource, type RuleSourceOptions } from "./rule-source.ts";
export { type ServedDefinition, servedDefinition } from "./served-definition.ts";
export { printSnapshotRuleDefinition, snapshotRuleDefinition } from "./snapshot-rule-definition.ts";
export type { SourceEvent } from "./source-event.ts";
export type { DeletionPolicy, DiskTarget, RuleTarget, SourceRule, VolumeTarget } from "./source-rule.ts";
export { type SnapshotRuleStatus, StatusWriter, type StatusWriterOptions } from "./status-writer.ts";
export { WriteQueue, type WriteQueueOptions } from "./write-queue.ts";
