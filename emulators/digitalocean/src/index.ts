export type { BlockStorage } from "./block-storage.ts";
export type { FaultAnswer, Faults } from "./faults.ts";
export type { SnapshotRecord, VolumeRecord } from "./records.ts";
export type { RequestInfo, RequestLog, RequestMatch } from "./request-match.ts";
export {
  type DigitalOceanEmulator,
  type DigitalOceanEmulatorOptions,
  EMULATOR_TOKEN,
  startDigitalOceanEmulator,
} from "./start-digitalocean-emulator.ts";
export type { TokenScopes } from "./token-scopes.ts";
