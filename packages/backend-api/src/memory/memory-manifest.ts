import type { BackendManifest } from "../manifest.ts";
import { MEMORY_CSI_DRIVER } from "./memory-disk.ts";

/** The manifest of the backend that {@link createMemoryBackend} makes. */
export const memoryManifest: BackendManifest = {
  apiVersion: 2,
  name: "memory",
  volumes: { csiDrivers: [MEMORY_CSI_DRIVER] },
  settings: [],
  diskSchema: {
    type: "object",
    properties: {
      location: { type: "string", description: "the location that the disk was added to" },
      id: { type: "string", description: "the disk's id" },
    },
    required: ["location", "id"],
  },
  parameters: { class: { type: "string", description: "kept with the snapshot, for tests" } },
};
