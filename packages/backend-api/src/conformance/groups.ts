import assert from "node:assert/strict";
import type { Snapshot } from "../snapshot.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import { assertLabels, clockTolerance } from "./create.ts";

/** Snapshots of several disks at once. */
export function describeGroups(kit: ConformanceKit): void {
  const test = kit.testIfCapable("groups");
  const { harness } = kit;

  kit.describe("createSnapshotGroup", () => {
    test([], "the answer is one snapshot for each disk, in their order, with the labels", async (context) => {
      const [first, second] = [await context.newDisk(), await context.newDisk()];
      const disks = [second, context.disk, first];
      const made = await context.createGroup(await context.groupRequest({ disks }));
      assert.deepEqual(diskIds(made), diskIds(disks.map(({ id }) => ({ diskId: id }))));
      assert.equal(new Set(ids(made)).size, disks.length, "two snapshots have one id");
      const now = (harness.now?.(context.world) ?? new Date()).getTime();
      for (const snapshot of made) {
        assert.equal(snapshot.location, context.disk.location);
        assertLabels(snapshot, context.labels);
        assert.ok(["pending", "ready"].includes(snapshot.state), `its state is ${snapshot.state}`);
        const difference = Math.abs(snapshot.createdAt.getTime() - now);
        assert.ok(difference < clockTolerance, `createdAt is ${snapshot.createdAt.toJSON()}`);
      }
    });

    test([], "the list has each of a group, with the labels", async (context) => {
      const made = await context.createGroup(await context.groupRequest());
      const listed = await context.settledList();
      assert.deepEqual(diskOf(listed), diskOf(made));
      for (const snapshot of listed) assertLabels(snapshot, context.labels);
    });

    test(["watch"], "at no moment does one of a group lack a label", async (context, hooks) => {
      const request = await context.groupRequest();
      const seen = await hooks.watch(context.world, async () => void (await context.createGroup(request)));
      assert.ok(new Set(ids(seen)).size >= request.disks.length, "the harness's watch saw fewer snapshots than disks");
      for (const { labels } of seen) {
        for (const key of Object.keys(context.labels)) assert.ok(key in labels, `for a moment it lacked ${key}`);
      }
    });

    test([], "each of a group becomes ready by itself", async (context) => {
      const made = await context.createGroup(await context.groupRequest());
      await context.eventually("the snapshots of the group are listed as ready", async () => {
        const ready = (await context.list()).filter(({ state }) => state === "ready");
        return ready.length === made.length || undefined;
      });
    });

    test([], "one of a group is deleted by itself, and the others stay", async (context) => {
      const [first, second] = await context.createGroup(await context.groupRequest());
      assert.ok(first && second);
      await context.eventually("the snapshot is listed as ready", async () => {
        return (await context.list()).find(({ id, state }) => id === first.id && state === "ready");
      });
      await context.backend.deleteSnapshot({ id: first.id, location: first.location });
      const left = (await context.settledList()).filter(({ state }) => state !== "deleting");
      assert.deepEqual(ids(left), [second.id]);
    });

    test(
      ["missingDisk"],
      "a group with a disk that does not exist is not-found, and not begun",
      async (context, hooks) => {
        const missing = hooks.missingDisk(context.world);
        const request = await context.groupRequest({ disks: [context.disk, missing] });
        const error = await context.rejection("not-found", () => context.createGroup(request));
        assert.equal(error.scope, "disk", "whom the error is about");
        assert.ok(error.message.includes(missing.id), `"${error.message}" does not name ${missing.id}`);
        assert.deepEqual(await context.settledList(), []);
      },
    );

    test(
      ["createUngroupableDisk"],
      "a group of disks that cannot be in one is invalid, and not begun",
      async (context, hooks) => {
        const disks = [context.disk, await hooks.createUngroupableDisk(context.world)];
        const request = await context.groupRequest({ disks });
        const { scope } = await context.rejection("invalid", () => context.createGroup(request));
        assert.equal(scope, "disk", "whom the error is about");
        assert.deepEqual(await context.settledList(), []);
      },
    );

    test(
      [],
      "a group's key used again, where that is said, finds the snapshots, in the order of the disks",
      async (context) => {
        const request = await context.groupRequest();
        const made = await context.createGroup(request);
        await context.settledList();
        const again = await context.createGroup({ ...request, disks: request.disks.toReversed(), mayExist: true });
        assert.deepEqual(ids(again), ids(made).toReversed());
        assert.equal((await context.settledList()).length, made.length);
      },
    );

    test([], "mayExist with a new key begins a group", async (context) => {
      const made = await context.createGroup(await context.groupRequest({ mayExist: true }));
      assert.deepEqual(diskOf(await context.settledList()), diskOf(made));
    });

    test(["takesTokens"], "a group's key used again is recognised by its token", async (context) => {
      const request = await context.groupRequest();
      const made = await context.createGroup(request);
      assert.deepEqual(ids(await context.createGroup(request)), ids(made));
      assert.equal((await context.settledList()).length, made.length);
    });

    test(
      ["loseNextAnswer"],
      "a lost answer to a group has an unknown outcome, and the group is found again",
      async (context, hooks) => {
        const request = await context.groupRequest();
        await hooks.loseNextAnswer(context.world);
        const { outcome } = await context.rejection("unavailable", () => context.createGroup(request));
        assert.equal(outcome, "unknown");
        const made = await context.settledList();
        assert.equal(made.length, request.disks.length, "how many the harness's loseNextAnswer made");
        const found = await context.createGroup({ ...request, mayExist: true });
        assert.deepEqual(diskOf(found), diskOf(made));
        assert.equal((await context.settledList()).length, request.disks.length);
      },
    );
  });
}

function ids(snapshots: readonly { readonly id: string }[]): string[] {
  return snapshots.map(({ id }) => id);
}

function diskIds(snapshots: readonly { readonly diskId: string }[]): string[] {
  return snapshots.map(({ diskId }) => diskId);
}

/** Which disk each snapshot is of, in the order of their ids. */
function diskOf(snapshots: readonly Snapshot[]): string[][] {
  return snapshots.map(({ id, diskId }) => [id, diskId]).sort();
}
