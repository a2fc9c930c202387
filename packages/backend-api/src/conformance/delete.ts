import assert from "node:assert/strict";
import type { ConformanceKit } from "./conformance-kit.ts";

/** Deletion, again and again. */
export function describeDelete(kit: ConformanceKit): void {
  kit.describe("deleteSnapshot", () => {
    kit.test("a deleted snapshot is gone from the list, or on its way out", async (context) => {
      const snapshot = await context.ready();
      await context.backend.deleteSnapshot(snapshot);
      const left = await context.settledList();
      assert.deepEqual(
        left.filter(({ state }) => state !== "deleting"),
        [],
      );
    });

    kit.test("an id and a location are enough", async (context) => {
      const { id, location } = await context.ready();
      await context.backend.deleteSnapshot({ id, location });
      await context.eventually(`snapshot ${id} is gone`, async () => {
        const left = await context.list();
        return left.length === 0 || undefined;
      });
    });

    kit.test("the others stay", async (context) => {
      const [first, second, third] = await context.createMany(3);
      assert.ok(first && second && third);
      await context.backend.deleteSnapshot(second);
      const left = (await context.settledList()).filter(({ state }) => state !== "deleting");
      assert.deepEqual(left.map(({ id }) => id).sort(), [first.id, third.id].sort());
    });

    kit.test("deleting it twice succeeds", async (context) => {
      const snapshot = await context.ready();
      await context.backend.deleteSnapshot(snapshot);
      await context.backend.deleteSnapshot(snapshot);
    });

    kit.testWith(["missingSnapshot"], "deleting one that never was succeeds", async (context, hooks) => {
      await context.backend.deleteSnapshot(hooks.missingSnapshot(context.world));
    });

    kit.testWith(["use"], "one that something depends on is in-use, and stays", async (context, hooks) => {
      const snapshot = await context.ready();
      await hooks.use(context.world, snapshot);
      const { scope } = await context.rejection("in-use", () => context.backend.deleteSnapshot(snapshot));
      assert.equal(scope, "snapshot", "whom the error is about");
      assert.equal((await context.listed(snapshot)).state, "ready");
    });

    kit.testWith(["lock"], "one that a policy keeps is locked, and stays", async (context, hooks) => {
      const snapshot = await context.ready();
      await hooks.lock(context.world, snapshot);
      const { scope } = await context.rejection("locked", () => context.backend.deleteSnapshot(snapshot));
      assert.equal(scope, "snapshot", "whom the error is about");
      assert.equal((await context.listed(snapshot)).state, "ready");
    });
  });
}
