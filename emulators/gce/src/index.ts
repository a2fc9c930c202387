export type { AccessRules } from "./access-rules.ts";
export type { Durations } from "./compute-store.ts";
export type { FaultAnswer, Faults, OperationFault } from "./faults.ts";
export type { DiskRecord, Scope, SnapshotRecord } from "./records.ts";
export type { RequestInfo, RequestMatch } from "./request-match.ts";
export { type GceEmulator, type GceEmulatorOptions, startGceEmulator } from "./start-gce-emulator.ts";
export type { DiskReference, StoreAccess } from "./store-access.ts";
