import assert from "node:assert/strict";
import type { ConformanceKit } from "./conformance-kit.ts";
import { newKey } from "./test-context.ts";

/** One key, one snapshot. */
export function describeIdempotency(kit: ConformanceKit): void {
  const interval = kit.harness.capabilities.minIntervalMs ?? 0;
  const onlySlowly = interval > 0 ? `one disk can be snapshotted each ${interval} ms only` : undefined;

  kit.describe("idempotency", () => {
    kit.test("a key used again, where that is said, finds the snapshot", async (context) => {
      const request = context.request();
      const first = await context.backend.createSnapshot(request);
      await context.listed(first);
      const second = await context.backend.createSnapshot({ ...request, mayExist: true });
      assert.equal(second.id, first.id);
      assert.equal((await context.settledList()).length, 1);
    });

    kit.test("mayExist with a new key creates", async (context) => {
      await context.listed(await context.create({ mayExist: true }));
    });

    kit.testUnless(onlySlowly, "two keys make two snapshots of one disk", async (context) => {
      const first = await context.create();
      const second = await context.create({ mayExist: true });
      assert.notEqual(first.id, second.id);
      assert.equal((await context.settledList()).length, 2);
    });

    kit.testWith(["takesTokens"], "a key used again is recognised by its token", async (context) => {
      const request = context.request();
      const first = await context.backend.createSnapshot(request);
      assert.equal((await context.backend.createSnapshot(request)).id, first.id);
      assert.equal((await context.settledList()).length, 1);
    });

    kit.testWith(["takesTokens"], "two calls at once with one key make one snapshot", async (context) => {
      const request = context.request();
      await Promise.allSettled([context.backend.createSnapshot(request), context.backend.createSnapshot(request)]);
      assert.equal((await context.settledList()).length, 1);
    });

    kit.testWith(
      ["loseNextAnswer"],
      "a lost answer has an unknown outcome, and is found again",
      async (context, hooks) => {
        const request = context.request({ idempotencyKey: newKey() });
        await hooks.loseNextAnswer(context.world);
        const error = await context.rejection("unavailable", () => context.backend.createSnapshot(request));
        assert.equal(error.outcome, "unknown");
        const [made, ...more] = await context.settledList();
        assert.ok(made && more.length === 0, "the harness's loseNextAnswer made no snapshot, or several");
        const found = await context.backend.createSnapshot({ ...request, mayExist: true });
        assert.equal(found.id, made.id);
        assert.equal((await context.settledList()).length, 1);
      },
    );
  });
}
