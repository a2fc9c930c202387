import assert from "node:assert/strict";
import type { ConformanceKit } from "./conformance-kit.ts";

/** New volumes from snapshots. */
export function describeRestore(kit: ConformanceKit): void {
  const test = kit.testIfCapable("restore");
  kit.describe("restoreSnapshot", () => {
    test([], "the restored volume's spec names the new disk", async (context) => {
      const snapshot = await context.ready();
      const { diskId, location, persistentVolumeSpec: spec } = await context.restore(context.restoreRequest(snapshot));
      assert.notEqual(diskId, context.disk.id, "the new disk is the old one");
      assert.equal(location, snapshot.location);
      const disk = await context.backend.diskForVolume({ metadata: { name: "restored" }, spec });
      assert.deepEqual(disk && { location: disk.location, id: disk.id }, { location, id: diskId });
    });

    test(["write", "read"], "the restored volume holds what the disk held", async (context, hooks) => {
      await hooks.write(context.world, context.disk, "before");
      const snapshot = await context.ready();
      await hooks.write(context.world, context.disk, "after");
      const { diskId, location } = await context.restore(context.restoreRequest(snapshot));
      assert.equal(await hooks.read(context.world, { location, id: diskId }), "before");
      assert.equal(await hooks.read(context.world, context.disk), "after");
    });

    test([], "the snapshot stays", async (context) => {
      const snapshot = await context.ready();
      await context.restore(context.restoreRequest(snapshot));
      assert.equal((await context.listed(snapshot)).state, "ready");
    });

    test([], "a restore with the same key, where that is said, finds the volume", async (context) => {
      const request = context.restoreRequest(await context.ready());
      const first = await context.restore(request);
      const second = await context.restore({ ...request, mayExist: true });
      assert.deepEqual(second, first);
    });

    test([], "a snapshot that is gone is not-found", async (context) => {
      const snapshot = await context.ready();
      await context.backend.deleteSnapshot(snapshot);
      await context.eventually(`snapshot ${snapshot.id} is gone`, async () => {
        const left = await context.list();
        return left.length === 0 || undefined;
      });
      await context.rejection("not-found", () => context.restore(context.restoreRequest(snapshot)));
    });

    test(["missingSnapshot"], "a snapshot that never was is not-found", async (context, hooks) => {
      const snapshot = { ...(await context.create()), ...hooks.missingSnapshot(context.world) };
      await context.rejection("not-found", () => context.restore(context.restoreRequest(snapshot)));
    });

    test(["keepPending"], "a snapshot that is not ready is invalid", async (context, hooks) => {
      await hooks.keepPending(context.world);
      const snapshot = await context.create();
      await context.rejection("invalid", () => context.restore(context.restoreRequest(snapshot)));
    });

    test([], "the disk that is begun, where that is said, is the restored one", async (context) => {
      const snapshot = await context.ready();
      const begun: string[] = [];
      const onBegun = ({ diskId, location }: { diskId: string; location: string }): void => {
        assert.equal(location, snapshot.location);
        begun.push(diskId);
      };
      const { diskId } = await context.restore(context.restoreRequest(snapshot, { onBegun }));
      for (const each of begun) assert.equal(each, diskId);
    });

    test([], "an unknown parameter is invalid, and named", async (context) => {
      const request = context.restoreRequest(await context.ready());
      const parameters = { ...request.parameters, volumeColour: "green" };
      const error = await context.rejection("invalid", () => context.restore({ ...request, parameters }));
      assert.ok(error.message.includes("volumeColour"), `"${error.message}" does not name volumeColour`);
    });
  });
}
