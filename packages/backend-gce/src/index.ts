import type { BackendFactory } from "@k8s-snapshots/backend-api";
import { GceBackend } from "./gce-backend.ts";
import { parseGceConfig } from "./gce-config.ts";

export type { ComputeApi } from "./compute-api.ts";
export { GceBackend, type GceDependencies } from "./gce-backend.ts";
export { type GceConfig, parseGceConfig } from "./gce-config.ts";
export { manifest } from "./manifest.ts";

/** Makes the backend that the environment describes. See {@link parseGceConfig} for the variables. */
export const createBackend: BackendFactory = ({ environment }) => {
  const config = parseGceConfig(environment);
  const open = async () => (await import("./compute-client.ts")).createComputeApi(config);
  return new GceBackend(config, { open });
};
