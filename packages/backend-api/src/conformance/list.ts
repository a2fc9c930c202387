import assert from "node:assert/strict";
import { BackendError } from "../backend-error.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import type { TestContext } from "./test-context.ts";

/** What a list shows. */
export function describeList(kit: ConformanceKit): void {
  kit.describe("listSnapshots", () => {
    kit.test("where nothing was made, nothing is listed", async (context) => {
      assert.deepEqual(await context.list(), []);
    });

    kit.testWith(["unknownLocation"], "an unknown location is an error, not an empty list", async (context, hooks) => {
      await context.rejection("invalid", () => context.list(context.labels, hooks.unknownLocation));
    });

    kit.test("the snapshots of all disks of the location are in one list", async (context) => {
      const made = await context.createMany(3);
      const listed = await context.settledList();
      assert.deepEqual(listed.map(({ id }) => id).sort(), made.map(({ id }) => id).sort());
      for (const snapshot of made) {
        assert.equal(listed.find(({ id }) => id === snapshot.id)?.diskId, snapshot.diskId);
      }
    });

    kit.testWith(["createDiskElsewhere"], "a list shows its location only", async (context, hooks) => {
      const elsewhere = await hooks.createDiskElsewhere(context.world);
      const here = await context.create();
      const there = await context.create({ disk: elsewhere });
      const listedHere = await context.settledList();
      const listedThere = await context.settledList(context.labels, elsewhere.location);
      assert.deepEqual(
        listedHere.map(({ id }) => id),
        [here.id],
      );
      assert.deepEqual(
        listedThere.map(({ id }) => id),
        [there.id],
      );
      assert.equal(listedThere[0]?.location, elsewhere.location);
    });

    kit.test("a snapshot that lacks one of the labels is not listed", async (context) => {
      await context.create();
      assert.deepEqual(await context.settledList({ ...context.labels, "k8s-snapshots/owner": "someone-else" }), []);
    });

    kit.test("a snapshot with another value of a label is not listed", async (context) => {
      const owner = "k8s-snapshots/owner";
      const ours = await context.create({ labels: { ...context.labels, [owner]: "us" } });
      await context.createMany(1);
      const listed = await context.settledList({ ...context.labels, [owner]: "us" });
      assert.deepEqual(
        listed.map(({ id }) => id),
        [ours.id],
      );
      assert.deepEqual(await context.list({ ...context.labels, [owner]: "them" }), []);
    });

    kit.testWith(["pageSize"], "more snapshots than a page are all listed, each once", async (context, hooks) => {
      const made = await context.createMany(hooks.pageSize + 1);
      const ids = (await context.settledList()).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, "a snapshot is listed twice");
      assert.deepEqual(ids.sort(), made.map(({ id }) => id).sort());
    });

    kit.testWith(
      ["pageSize", "failSecondPage"],
      "a page that fails is an error, not the end of the list",
      async (context, hooks) => {
        await context.createMany(hooks.pageSize + 1);
        await context.settledList();
        await hooks.failSecondPage(context.world);
        await context.anyRejection(() => context.list());
      },
    );

    kit.testWith(["pageSize"], "each page waits until it may be asked for", async (context, hooks) => {
      if (!hasBudget(context)) return;
      await context.createMany(hooks.pageSize + 1);
      await context.settledList();
      const request = { location: context.disk.location, labels: context.labels };
      const waits: number[] = [];
      let listed = 0;
      const beforePage = async (): Promise<void> => void waits.push(listed);
      for await (const _ of context.backend.listSnapshots(request, { beforePage })) listed++;
      assert.deepEqual(waits, [0, hooks.pageSize]);
    });

    kit.testWith(
      ["pageSize"],
      "a page that may not be asked for ends the list with an error",
      async (context, hooks) => {
        if (!hasBudget(context)) return;
        await context.createMany(hooks.pageSize + 1);
        await context.settledList();
        const request = { location: context.disk.location, labels: context.labels };
        let pages = 0;
        const beforePage = async (): Promise<void> => {
          if (++pages === 2) throw new BackendError("aborted", "the next page was not asked for");
        };
        await context.rejection("aborted", () =>
          Array.fromAsync(context.backend.listSnapshots(request, { beforePage })),
        );
      },
    );

    kit.testWith(
      ["garble"],
      "one that cannot be understood is unknown, and the others are listed",
      async (context, hooks) => {
        const garbled = await context.ready();
        const sound = await context.ready({ disk: await context.newDisk() });
        await hooks.garble(context.world, garbled);
        assert.equal((await context.listed(garbled)).state, "unknown");
        const { state, diskId } = await context.listed(sound);
        assert.deepEqual({ state, diskId }, { state: "ready", diskId: sound.diskId });
      },
    );

    kit.test("an iteration can be broken off, and the next one is whole", async (context) => {
      await context.createMany(2);
      await context.settledList();
      const { location } = context.disk;
      for await (const _ of context.backend.listSnapshots({ location, labels: context.labels })) break;
      assert.equal((await context.list()).length, 2);
    });
  });
}

/** Whether the backend declares how many pages a second may be asked for. */
function hasBudget({ backend }: TestContext): boolean {
  return backend.capabilities.callsPerSecond?.list !== undefined;
}
