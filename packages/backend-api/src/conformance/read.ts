import assert from "node:assert/strict";
import type { Snapshot, SnapshotReference } from "../snapshot.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import type { TestContext } from "./test-context.ts";

/** One snapshot by itself. */
export function describeRead(kit: ConformanceKit): void {
  const test = kit.testIfCapable("read");
  kit.describe("readSnapshot", () => {
    test([], "a snapshot is read as it is listed, by its id and location", async (context) => {
      const listed = await context.ready();
      assert.deepEqual(essence(await read(context, listed)), essence(listed));
    });

    test(["keepPending"], "one that is not ready is not called ready", async (context, hooks) => {
      await hooks.keepPending(context.world);
      const snapshot = await context.create();
      await context.listed(snapshot);
      assert.equal((await read(context, snapshot))?.state, "pending");
    });

    test([], "one that was deleted does not exist, or is on its way out", async (context) => {
      const snapshot = await context.ready();
      await context.backend.deleteSnapshot(snapshot);
      await context.eventually(`snapshot ${snapshot.id} is gone`, async () => {
        const found = await read(context, snapshot);
        return found === undefined || found.state === "deleting" || undefined;
      });
    });

    test(["missingSnapshot"], "one that never was does not exist", async (context, hooks) => {
      assert.equal(await read(context, hooks.missingSnapshot(context.world)), undefined);
    });

    test(["garble"], "one that cannot be understood is unknown when it is read", async (context, hooks) => {
      const snapshot = await context.ready();
      await hooks.garble(context.world, snapshot);
      const found = await read(context, snapshot);
      assert.deepEqual({ id: found?.id, state: found?.state }, { id: snapshot.id, state: "unknown" });
    });
  });
}

function read({ backend }: TestContext, { id, location }: SnapshotReference): Promise<Snapshot | undefined> {
  assert.ok(backend.readSnapshot, "capabilities.read is true, but there is no readSnapshot");
  return backend.readSnapshot({ id, location });
}

/** What must be equal in a list and in an answer about one snapshot. */
function essence(snapshot: Snapshot | undefined): object | undefined {
  if (!snapshot) return undefined;
  const { id, location, diskId, createdAt, state, labels } = snapshot;
  return { id, location, diskId, createdAt, state, labels };
}
