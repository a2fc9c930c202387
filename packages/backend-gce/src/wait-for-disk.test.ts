import { expect, test } from "vitest";
import type { ComputeApi, ComputeDisk } from "./compute-api.ts";
import { ComputeCaller } from "./compute-caller.ts";
import { waitForDisk } from "./wait-for-disk.ts";

const path = { project: "my-project", kind: "zones", place: "europe-west1-b", disk: "restored" } as const;

test("says what Google says of a disk that is being made, until it is", async () => {
  const statuses = ["CREATING", "RESTORING", "READY"];
  const api: Partial<ComputeApi> = {
    ensureToken: async () => {},
    getDisk: async () => ({ status: statuses.shift() ?? null }) as ComputeDisk,
  };
  const compute = new ComputeCaller(async () => api as ComputeApi);
  const said: unknown[] = [];
  const wait = async (): Promise<void> => {};
  await waitForDisk(compute, path, "restoring", { wait, onProgress: (one) => said.push(one) }, undefined);
  expect(said).toEqual([{ state: "CREATING" }, { state: "RESTORING" }]);
});
