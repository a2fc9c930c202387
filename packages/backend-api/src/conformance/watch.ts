import assert from "node:assert/strict";
import { isBackendError } from "../backend-error.ts";
import { HOLD_LABEL } from "../labels.ts";
import type { Snapshot, SnapshotReference, SnapshotState } from "../snapshot.ts";
import type { SnapshotChange } from "../snapshot-change.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import { assertLabels } from "./create.ts";
import { follow } from "./watch-follower.ts";

type Matches = (change: SnapshotChange) => boolean;

/** How the list changes. */
export function describeWatch(kit: ConformanceKit): void {
  const test = kit.testIfCapable("watch");
  const { harness } = kit;

  kit.describe("watchSnapshots", () => {
    test(["unknownLocation"], "a watch of an unknown location is an error", async (context, hooks) => {
      await context.rejection("invalid", () => context.watch({}, { location: hooks.unknownLocation }).next());
    });

    test([], "a watch says first that it is up, also where nothing changes", async (context) => {
      await follow(harness, context, async () => undefined);
    });

    test([], "a snapshot that is made is a change, with its disk and labels", async (context) => {
      await follow(harness, context, async (follower) => {
        const { id, location, diskId } = await context.create();
        const found = snapshotOf(await follower.until(changed({ id, location })));
        assert.equal(found.diskId, diskId);
        assert.ok(found.createdAt instanceof Date, `createdAt is ${JSON.stringify(found.createdAt)}, not a Date`);
        assertLabels(found, context.labels);
      });
    });

    test([], "one that becomes ready is a change", async (context) => {
      await follow(harness, context, async (follower) => {
        await follower.until(changed(await context.create(), "ready"));
      });
    });

    test(["keepPending", "finish"], "one that fails is a change", async (context, hooks) => {
      await hooks.keepPending(context.world);
      const snapshot = await context.create();
      await follow(harness, context, async (follower) => {
        await hooks.finish(context.world, snapshot, "failed");
        await follower.until(changed(snapshot, "failed"));
      });
    });

    test([], "one that is deleted is a change, with its id and location", async (context) => {
      const { id, location } = await context.ready();
      await follow(harness, context, async (follower) => {
        await context.backend.deleteSnapshot({ id, location });
        await follower.until(deleted({ id, location }));
      });
    });

    test([], "what changes between two looks at a watch is not missed", async (context) => {
      const gone = await context.ready({ disk: await context.newDisk() });
      await follow(harness, context, async (follower) => {
        const made = await context.createMany((harness.pageSize ?? 2) + 1);
        await context.backend.deleteSnapshot(gone);
        for (const snapshot of made) await follower.until(changed(snapshot));
        await follower.until(deleted(gone));
      });
    });

    test([], "a snapshot that lacks one of the labels is no change", async (context) => {
      await follow(harness, context, async (follower) => {
        const theirs = { ...context.labels, "k8s-snapshots/conformance": "someone-else" };
        const other = await context.create({ disk: await context.newDisk(), labels: theirs });
        await follower.until(changed(await context.create()));
        assert.ok(!follower.seen.some(changed(other)), `snapshot ${other.id} is not one of those asked for`);
      });
    });

    test(["createDiskElsewhere"], "a snapshot in another location is no change", async (context, hooks) => {
      const disk = await hooks.createDiskElsewhere(context.world);
      await follow(harness, context, async (follower) => {
        const other = await context.create({ disk });
        await follower.until(changed(await context.create()));
        assert.ok(!follower.seen.some(changed(other)), `snapshot ${other.id} is in ${disk.location}`);
      });
    });

    kit.testIfCapable("watch", "setLabels")(
      [],
      "one that loses a label that was asked for is deleted, and is back with it",
      async (context) => {
        const labels = { ...context.labels, [HOLD_LABEL]: "true" };
        const snapshot = await context.ready({ labels });
        const work: Parameters<typeof follow>[2] = async (follower) => {
          await context.backend.setSnapshotLabels?.(snapshot, { [HOLD_LABEL]: "false" });
          await follower.until(deleted(snapshot));
          follower.seen.length = 0;
          await context.backend.setSnapshotLabels?.(snapshot, { [HOLD_LABEL]: "true" });
          assertLabels(snapshotOf(await follower.until(changed(snapshot))), labels);
        };
        await follow(harness, context, work, { labels });
      },
    );

    test(["hold"], "a hold set by hand is a change", async (context, hooks) => {
      const snapshot = await context.ready();
      await follow(harness, context, async (follower) => {
        await hooks.hold(context.world, snapshot);
        await follower.until((change) => changed(snapshot)(change) && isHeld(snapshotOf(change)));
      });
    });

    test(["garble"], "one that cannot be understood is unknown, and the watch goes on", async (context, hooks) => {
      const garbled = await context.ready();
      await follow(harness, context, async (follower) => {
        await hooks.garble(context.world, garbled);
        await follower.until(changed(garbled, "unknown"));
        await follower.until(changed(await context.create({ disk: await context.newDisk() })));
      });
    });

    test([], "two watches at once see every change each", async (context) => {
      await follow(harness, context, (first) =>
        follow(harness, context, async (second) => {
          const snapshot = await context.create();
          for (const follower of [first, second]) await follower.until(changed(snapshot));
        }),
      );
    });

    test(["breakWatches"], "a watch that breaks misses nothing, or is over", async (context, hooks) => {
      await follow(harness, context, async (follower) => {
        await hooks.breakWatches(context.world);
        const snapshot = await context.create();
        await follower.untilOver(changed(snapshot));
        const { outcome } = follower;
        const isSound = outcome === undefined || outcome === "ended" || isBackendError(outcome);
        assert.ok(isSound, `the watch threw ${outcome}, which is not a BackendError`);
      });
    });
  });
}

function changed({ id, location }: SnapshotReference, state?: SnapshotState): Matches {
  return (change) => {
    if (change.type !== "changed") return false;
    const { snapshot } = change;
    return snapshot.id === id && snapshot.location === location && (state === undefined || snapshot.state === state);
  };
}

function deleted({ id, location }: SnapshotReference): Matches {
  return (change) => change.type === "deleted" && change.snapshot.id === id && change.snapshot.location === location;
}

function snapshotOf(change: SnapshotChange): Snapshot {
  if (change.type !== "changed") return assert.fail(`the change is ${change.type}`);
  return change.snapshot;
}

function isHeld({ labels }: Snapshot): boolean {
  return HOLD_LABEL in labels && labels[HOLD_LABEL] !== "false";
}
