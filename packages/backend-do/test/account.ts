import type { CreateSnapshotRequest, SnapshotBackend } from "@k8s-snapshots/backend-api";
import {
  type DigitalOceanEmulator,
  EMULATOR_TOKEN,
  startDigitalOceanEmulator,
} from "@k8s-snapshots/emulator-digitalocean";
import { onTestFinished } from "vitest";
import { createBackend } from "../src/index.ts";

export const location = "account";
export const labels: Readonly<Record<string, string>> = { "created-by": "k8s-snapshots" };

/** An emulated account with a volume `data` of 10 GiB in fra1, of which snapshots can be taken at any time. */
export interface Account {
  readonly cloud: DigitalOceanEmulator;
  readonly backend: SnapshotBackend;
  /** The volume's id. */
  readonly volume: string;
  /** A new snapshot of the volume. */
  request(overrides?: Partial<CreateSnapshotRequest>): CreateSnapshotRequest;
  /** All of ours. */
  list(): Promise<{ id: string; diskId: string }[]>;
}

/** Opens one until the test is over. */
export async function openAccount(): Promise<Account> {
  const cloud = await startDigitalOceanEmulator({ snapshotIntervalMs: 0 });
  onTestFinished(() => cloud.close());
  const volume = cloud.storage.createVolume({ name: "data", region: "fra1", sizeGigabytes: 10 }).id;
  const backend = await createBackend({
    environment: { DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN, DIGITALOCEAN_API_URL: cloud.url },
  });
  return {
    cloud,
    backend,
    volume,
    request: (overrides = {}) => ({
      disk: { location, id: volume },
      name: "data",
      description: "",
      labels,
      idempotencyKey: "key",
      ...overrides,
    }),
    list: () => Array.fromAsync(backend.listSnapshots({ location, labels })),
  };
}
