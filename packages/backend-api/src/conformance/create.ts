import assert from "node:assert/strict";
import { IDEMPOTENCY_KEY_LABEL } from "../labels.ts";
import type { Labels, Snapshot } from "../snapshot.ts";
import type { ConformanceKit } from "./conformance-kit.ts";

/** How far the storage system's clock may be off, in milliseconds. Catches time zones and seconds. */
export const clockTolerance: number = 10 * 60_000;

/** What a creation makes and answers. */
export function describeCreate(kit: ConformanceKit): void {
  const { harness } = kit;

  kit.describe("createSnapshot", () => {
    kit.test("the answer is the snapshot, with its labels", async (context) => {
      const snapshot = await context.create();
      assertOfDisk(snapshot, context.disk);
      assertLabels(snapshot, context.labels);
      assert.ok(["pending", "ready"].includes(snapshot.state), `its state is ${snapshot.state}`);
    });

    kit.test("the list has it, with its labels", async (context) => {
      const request = context.request();
      const listed = await context.listed(await context.backend.createSnapshot(request));
      assertOfDisk(listed, context.disk);
      assertLabels(listed, context.labels);
      const key = listed.labels[IDEMPOTENCY_KEY_LABEL];
      assert.ok(key === undefined || key === request.idempotencyKey, `its idempotency key is listed as ${key}`);
    });

    kit.test("createdAt is a Date, and now", async (context) => {
      const created = await context.create();
      const now = (harness.now?.(context.world) ?? new Date()).getTime();
      for (const { createdAt } of [created, await context.listed(created)]) {
        assert.ok(createdAt instanceof Date, `createdAt is ${JSON.stringify(createdAt)}, not a Date`);
        const difference = Math.abs(createdAt.getTime() - now);
        assert.ok(difference < clockTolerance, `createdAt is ${createdAt.toJSON()}, now is ${new Date(now).toJSON()}`);
      }
    });

    kit.test("a size and a name are sane where they are there", async (context) => {
      for (const { sizeBytes = 0, name = "name" } of [await context.create(), ...(await context.settledList())]) {
        assert.ok(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0, `sizeBytes is ${sizeBytes}`);
        assert.ok(typeof name === "string" && name !== "", `name is ${JSON.stringify(name)}`);
      }
    });

    kit.testWith(["watch"], "at no moment does it lack a label", async (context, hooks) => {
      const seen = await hooks.watch(context.world, async () => void (await context.create()));
      assert.ok(seen.length > 0, "the harness's watch saw no snapshot");
      for (const { labels } of seen) {
        for (const key of Object.keys(context.labels)) assert.ok(key in labels, `for a moment it lacked ${key}`);
      }
    });

    kit.test("it becomes ready by itself", async (context) => {
      const ready = await context.ready();
      assertLabels(ready, context.labels);
    });

    kit.testWith(["keepPending"], "it is answered while it is pending", async (context, hooks) => {
      await hooks.keepPending(context.world);
      assert.equal((await context.create()).state, "pending");
    });

    kit.testWith(["keepPending", "finish"], "it is not called ready before it is", async (context, hooks) => {
      await hooks.keepPending(context.world);
      const snapshot = await context.create();
      assert.equal((await context.listed(snapshot)).state, "pending");
      await harness.settle?.(context.world);
      assert.equal((await context.listed(snapshot)).state, "pending");
      await hooks.finish(context.world, snapshot, "ready");
      await becomes(snapshot, "ready", () => context.listed(snapshot));
    });

    kit.testWith(["keepPending", "finish"], "one that failed is listed as failed", async (context, hooks) => {
      await hooks.keepPending(context.world);
      const snapshot = await context.create();
      await hooks.finish(context.world, snapshot, "failed");
      await becomes(snapshot, "failed", () => context.listed(snapshot));
    });

    kit.testWith(["missingDisk"], "a disk that does not exist is not-found", async (context, hooks) => {
      const missing = hooks.missingDisk(context.world);
      const { scope } = await context.rejection("not-found", () => context.create({ disk: missing }));
      assert.equal(scope, "disk", "whom the error is about");
      assert.deepEqual(await context.settledList(), []);
    });

    async function becomes(snapshot: Snapshot, state: string, look: () => Promise<Snapshot>): Promise<void> {
      const now = await look();
      assert.equal(now.state, state, `snapshot ${snapshot.id} is listed as ${now.state}`);
    }
  });
}

/** Whether the snapshot has those labels; the storage system may have added some. */
export function assertLabels(snapshot: Snapshot, labels: Labels): void {
  for (const [key, value] of Object.entries(labels)) {
    assert.equal(snapshot.labels[key], value, `label ${key} of snapshot ${snapshot.id}`);
  }
}

function assertOfDisk(snapshot: Snapshot, disk: { readonly location: string; readonly id: string }): void {
  assert.ok(typeof snapshot.id === "string" && snapshot.id !== "", "the snapshot has no id");
  assert.deepEqual({ location: snapshot.location, id: snapshot.diskId }, { location: disk.location, id: disk.id });
}
