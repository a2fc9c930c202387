import assert from "node:assert/strict";
import type { CallOptions } from "../backend.ts";
import { HOLD_LABEL } from "../labels.ts";
import type { Snapshot } from "../snapshot.ts";
import type { ConformanceKit, OptionalCapability } from "./conformance-kit.ts";
import type { TestContext } from "./test-context.ts";
import { startWatch } from "./watch-follower.ts";

interface AbortableCall {
  /** Default: every backend has it. */
  readonly capability?: OptionalCapability;
  readonly send: (context: TestContext, snapshot: Snapshot, options: CallOptions) => Promise<unknown> | undefined;
}

/** Calls that reach the storage system, so that it can leave them hanging. */
const calls: Readonly<Record<string, AbortableCall>> = {
  listSnapshots: {
    send: ({ backend, disk, labels }, _, options) =>
      Array.fromAsync(backend.listSnapshots({ location: disk.location, labels }, options)),
  },
  createSnapshot: { send: (context, _, options) => context.backend.createSnapshot(context.request(), options) },
  readSnapshot: {
    capability: "read",
    send: ({ backend }, snapshot, options) => backend.readSnapshot?.(snapshot, options),
  },
  setSnapshotLabels: {
    capability: "setLabels",
    send: ({ backend }, snapshot, options) => backend.setSnapshotLabels?.(snapshot, { [HOLD_LABEL]: "true" }, options),
  },
  createSnapshotGroup: {
    capability: "groups",
    send: async (context, _, options) => context.createGroup(await context.groupRequest(), options),
  },
  watchSnapshots: { capability: "watch", send: (context, _, options) => startWatch(context, options) },
  readLimits: {
    capability: "limits",
    send: (context, _, options) => context.readLimits(context.disk.location, options),
  },
  deleteSnapshot: { send: ({ backend }, snapshot, options) => backend.deleteSnapshot(snapshot, options) },
  checkAccess: { send: ({ backend, disk }, _, options) => backend.checkAccess(disk.location, options) },
};

/** What the caller's signal does. */
export function describeAbort(kit: ConformanceKit): void {
  const { harness } = kit;

  kit.describe("abort", () => {
    kit.test("diskForVolume aborted before it began rejects", async (context) => {
      const volume = harness.volumeFor(context.world, context.disk);
      await context.rejection("aborted", () => context.backend.diskForVolume(volume, { signal: AbortSignal.abort() }));
    });

    kit.test("diskForSpec aborted before it began rejects", async (context) => {
      const spec = harness.specFor(context.world, context.disk);
      await context.rejection("aborted", () => context.backend.diskForSpec(spec, { signal: AbortSignal.abort() }));
    });

    for (const [operation, { capability, send }] of Object.entries(calls)) {
      const test = kit.testIfCapable(capability);

      test([], `${operation} aborted before it began rejects, and does nothing`, async (context) => {
        const snapshot = await context.ready();
        await context.rejection("aborted", async () => send(context, snapshot, { signal: AbortSignal.abort() }));
        const left = await context.settledList();
        assert.deepEqual(
          left.map(({ id, state, labels }) => ({ id, state, labels })),
          [{ id: snapshot.id, state: "ready", labels: snapshot.labels }],
        );
      });

      test(["hangNext"], `${operation} aborted half-way rejects`, async (context, hooks) => {
        const snapshot = await context.ready();
        const controller = new AbortController();
        const { reached } = await hooks.hangNext(context.world);
        const { signal } = controller;
        const rejection = context.rejection("aborted", async () => send(context, snapshot, { signal }));
        await Promise.race([reached, rejection]);
        controller.abort();
        await rejection;
      });
    }

    kit.test("a signal that never fires changes nothing", async (context) => {
      const snapshot = await context.ready({ disk: await context.newDisk() });
      const { signal } = new AbortController();
      for (const { capability, send } of Object.values(calls)) {
        if (capability === undefined || harness.capabilities[capability]) await send(context, snapshot, { signal });
      }
    });

    kit.test("a list aborted on the way does not end as if it were whole", async (context) => {
      await context.createMany(3);
      await context.settledList();
      assert.ok([3, "aborted"].includes(await countUntilAborted(context)));
    });

    kit.testIfCapable("watch")([], "a watch that waits rejects when it is aborted", async (context) => {
      const controller = new AbortController();
      const changes = context.watch({ signal: controller.signal });
      assert.deepEqual(await changes.next(), { done: false, value: { type: "started" } });
      const rejection = context.rejection("aborted", () => changes.next());
      controller.abort();
      await rejection;
    });

    kit.testWith(
      ["pageSize"],
      "a list aborted on its first page does not go on to the second",
      async (context, hooks) => {
        await context.createMany(hooks.pageSize + 1);
        await context.settledList();
        assert.equal(await countUntilAborted(context), "aborted");
      },
    );
  });
}

/** How many snapshots a list yields that is aborted at the first one; `aborted` if it rejects. */
async function countUntilAborted(context: TestContext): Promise<number | "aborted"> {
  const controller = new AbortController();
  const request = { location: context.disk.location, labels: context.labels };
  let count = 0;
  try {
    for await (const _ of context.backend.listSnapshots(request, { signal: controller.signal })) {
      count += 1;
      controller.abort();
    }
  } catch (error) {
    await context.rejection("aborted", () => Promise.reject(error));
    return "aborted";
  }
  return count;
}
