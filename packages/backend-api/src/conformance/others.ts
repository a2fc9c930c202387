import assert from "node:assert/strict";
import type { ConformanceKit } from "./conformance-kit.ts";
import type { TestContext } from "./test-context.ts";

/** Others' snapshots, which take up a disk's limit too. */
export function describeOthers(kit: ConformanceKit): void {
  const unless =
    kit.harness.capabilities.maxSnapshotsPerDisk === undefined ? "no maxSnapshotsPerDisk is declared" : undefined;

  kit.describe("onOther", () => {
    kit.testUnless(unless, "each snapshot without the labels is counted once, for its disk", async (context) => {
      const theirs = { ...context.labels, "k8s-snapshots/conformance": "someone-else" };
      const disks = await Promise.all(Array.from({ length: (kit.harness.pageSize ?? 1) + 1 }, () => context.newDisk()));
      for (const disk of disks) await context.create({ disk, labels: theirs });
      const ours = await context.create();
      const counts = await countOthers(context);
      assert.deepEqual(
        disks.map(({ id }) => counts.get(id)),
        disks.map(() => 1),
      );
      assert.equal(counts.get(ours.diskId), undefined, "a snapshot of ours is counted");
    });
  });
}

async function countOthers(context: TestContext): Promise<ReadonlyMap<string, number>> {
  await context.settledList();
  const counts = new Map<string, number>();
  const onOther = (diskId: string): void => void counts.set(diskId, (counts.get(diskId) ?? 0) + 1);
  const request = { location: context.disk.location, labels: context.labels, onOther };
  await Array.fromAsync(context.backend.listSnapshots(request));
  return counts;
}
