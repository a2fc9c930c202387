import assert from "node:assert/strict";
import type { RestoredVolume } from "../restore.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import { newKey, type TestContext } from "./test-context.ts";

/** Restores that are taken back. */
export function describeRemoveRestored(kit: ConformanceKit): void {
  const test = kit.testIfCapable("restore", "removeRestored");
  kit.describe("removeRestored", () => {
    test([], "a restored volume that is removed is gone, and the snapshot stays", async (context) => {
      const { key, snapshot, made } = await restored(context);
      await context.removeRestored({ ...made, idempotencyKey: key });
      await assertGone(context, made);
      assert.equal((await context.listed(snapshot)).state, "ready");
    });

    test([], "a restored volume that is gone already is a success", async (context) => {
      const { key, made } = await restored(context);
      await context.removeRestored({ ...made, idempotencyKey: key });
      await assertGone(context, made);
      await context.removeRestored({ ...made, idempotencyKey: key });
    });

    test([], "a volume of another restore is invalid, and stays", async (context) => {
      const { made } = await restored(context);
      await context.rejection("invalid", () => context.removeRestored({ ...made, idempotencyKey: newKey() }));
      await assertThere(context, made);
    });

    test([], "a volume that no restore has made is invalid, and stays", async (context) => {
      // Of the usual one a snapshot was just taken, and some storage systems take no second one soon.
      const { id: diskId, location } = await context.newDisk();
      const { key } = await restored(context);
      await context.rejection("invalid", () => context.removeRestored({ diskId, location, idempotencyKey: key }));
      await assertThere(context, { diskId, location });
    });
  });
}

type DiskName = Pick<RestoredVolume, "diskId" | "location">;

async function restored(context: TestContext) {
  const snapshot = await context.ready();
  const request = context.restoreRequest(snapshot);
  const { diskId, location } = await context.restore(request);
  return { key: request.idempotencyKey, snapshot, made: { diskId, location } };
}

async function assertGone(context: TestContext, { diskId, location }: DiskName): Promise<void> {
  await context.eventually(`disk ${diskId} is gone`, async () => {
    const error = await takeSnapshot(context, { diskId, location }).then(
      () => undefined,
      (reason: { readonly code?: unknown }) => reason,
    );
    return error?.code === "not-found" || undefined;
  });
}

async function assertThere(context: TestContext, disk: DiskName): Promise<void> {
  await context.eventually(`a snapshot of ${disk.diskId} can be taken`, () =>
    takeSnapshot(context, disk).catch(() => undefined),
  );
}

/** With another label than the tests' own snapshots have. */
function takeSnapshot(context: TestContext, { diskId: id, location }: DiskName) {
  const labels = { "created-by": "k8s-snapshots", "k8s-snapshots/conformance": "of-a-restored-disk" };
  return context.create({ disk: { id, location }, labels });
}
