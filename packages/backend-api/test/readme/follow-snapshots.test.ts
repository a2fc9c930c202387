import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { expect, it } from "vitest";
import { followSnapshots } from "./follow-snapshots.ts";

it("knows what was there, what came and what went", async () => {
  const { backend, storage } = createMemoryBackend();
  const disk = storage.addDisk({ location: "home", id: "disk-1" });
  const labels = { "created-by": "k8s-snapshots" };
  const [before, gone] = [storage.addSnapshot({ disk, labels }), storage.addSnapshot({ disk, labels })];
  const request = { disk, name: "data", description: "Data", labels, idempotencyKey: "data" };
  const seen: string[][] = [];
  await followSnapshots(
    backend,
    { location: "home", labels },
    async (snapshots) => {
      seen.push([...snapshots.keys()]);
      if (seen.length === 1) await backend.createSnapshot(request);
      if (seen.length === 2) await backend.deleteSnapshot(gone);
      if (seen.length === 3) storage.endWatches();
    },
    new AbortController().signal,
  );
  expect(seen).toEqual([
    [before.id, gone.id],
    [before.id, gone.id, "snap-3"],
    [before.id, "snap-3"],
  ]);
});
