export type { AccessRules } from "./access-rules.ts";
export { ApiError, type Status } from "./api-error.ts";
export type { FaultAnswer, Faults } from "./faults.ts";
export type { KubernetesObject, ObjectDraft, ObjectMeta } from "./kubernetes-object.ts";
export type { ObjectReference } from "./object-reference.ts";
export type { RequestInfo } from "./request-info.ts";
export type { RequestLog, RequestMatch } from "./request-match.ts";
export type { ResourceOutline } from "./resource-definition.ts";
export {
  type KubernetesEmulator,
  type KubernetesEmulatorOptions,
  startKubernetesEmulator,
} from "./start-kubernetes-emulator.ts";
export type { ListFilter, StoreAccess } from "./store-access.ts";
export type { TableColumn } from "./table-column.ts";
