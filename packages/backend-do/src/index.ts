import type { BackendFactory } from "@k8s-snapshots/backend-api";
import { DigitalOceanBackend } from "./digitalocean-backend.ts";
import { DigitalOceanClient } from "./digitalocean-client.ts";
import { parseDigitalOceanConfig } from "./digitalocean-config.ts";

export type { DigitalOceanApi, NewVolume } from "./digitalocean-api.ts";
export { DigitalOceanBackend } from "./digitalocean-backend.ts";
export { DigitalOceanClient, type DigitalOceanClientOptions, type DigitalOceanMethod } from "./digitalocean-client.ts";
export { type DigitalOceanConfig, parseDigitalOceanConfig } from "./digitalocean-config.ts";
export type { DigitalOceanCall } from "./digitalocean-exchange.ts";
export { manifest } from "./manifest.ts";

/** Makes the backend that the environment describes. See {@link parseDigitalOceanConfig} for the variables. */
export const createBackend: BackendFactory = ({ environment }) =>
  new DigitalOceanBackend(new DigitalOceanClient(parseDigitalOceanConfig(environment)));
