import { BackendError } from "@k8s-snapshots/backend-api";
import { createMemoryBackend, type MemoryFault } from "@k8s-snapshots/backend-api/memory";
import { expect, it } from "vitest";
import { takeSnapshot } from "./take-snapshot.ts";

it("makes one snapshot, although answers are lost and requests throttled", async () => {
  const faults: MemoryFault[] = [
    { loseAnswer: true },
    { before: new BackendError("throttled", "", { retryAfterMs: 9 }) },
  ];
  const { backend, storage } = createMemoryBackend({ idempotency: "label", faults: () => faults.shift() });
  const disk = storage.addDisk({ location: "home", id: "disk-1" });
  const waits: number[] = [];
  await takeSnapshot(backend, disk, "1", async (milliseconds) => void waits.push(milliseconds));
  expect([...storage.snapshots("home")]).toHaveLength(1);
  expect(waits).toEqual([1000, 9]);
});
