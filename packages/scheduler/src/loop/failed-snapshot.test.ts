import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { disk, HOUR, ruleOf } from "../../test/support/disk-view.ts";
import { SchedulerWorld } from "../../test/support/scheduler-world.ts";

it("a snapshot that fails in the storage system is reported with the reason that is given", async () => {
  const world = new SchedulerWorld();
  world.fault = ({ operation }) => (operation === "createSnapshot" ? { failSnapshot: true } : undefined);
  const backend: SnapshotBackend = {
    ...world.backend,
    createSnapshot: (request, options) => world.backend.createSnapshot(request, options),
    async *listSnapshots(request, options) {
      for await (const snapshot of world.backend.listSnapshots(request, options)) {
        yield snapshot.state === "failed" ? { ...snapshot, failure: "the key is not accessible" } : snapshot;
      }
    },
  };
  await world.start([ruleOf("PT1H PT4H")], { backends: new Map([[backend.name, backend]]) });
  await world.advance(HOUR / 2);
  const [error] = world.eventsOf("snapshot.error");
  expect(error?.error.message).toMatch(new RegExp(`of ${disk.id} failed in the storage system: the key is not acc`));
});
