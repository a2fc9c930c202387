export { createMemoryBackend, type MemoryWorld } from "./memory-backend.ts";
export { MEMORY_CSI_DRIVER } from "./memory-disk.ts";
export { memoryManifest } from "./memory-manifest.ts";
export type { MemoryBackendOptions, MemoryCall, MemoryFault, MemoryOperation } from "./memory-options.ts";
export type { MemoryOrigin } from "./memory-record.ts";
export type { MemorySnapshotInput, MemoryStorage } from "./memory-storage.ts";
