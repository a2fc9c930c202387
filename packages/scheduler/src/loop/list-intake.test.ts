import type { Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { slowClock } from "../../test/support/slow-clock.ts";
import { readLocation } from "./list-intake.ts";

it("others have their turn while a page is read that is there at once", async () => {
  const clock = slowClock();
  const page = Array.from({ length: 1_000 }, (_, index) => snapshotOf(`snap-${index}`));
  const backend = {
    async *listSnapshots() {
      yield* page;
    },
  } as unknown as SnapshotBackend;
  using rows = await readLocation(backend, { location: "here", labels: {}, clock }, new AbortController().signal);
  expect(
    rows.disks
      .get("disk")
      ?.snapshots()
      .map(({ id }) => id),
  ).toEqual(page.map(({ id }) => id));
  expect(clock.turns).toBeGreaterThan(70);
});

function snapshotOf(id: string): Snapshot {
  return { id, diskId: "disk", location: "here", createdAt: new Date(0), state: "ready", labels: {} };
}
