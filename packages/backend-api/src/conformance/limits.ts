import assert from "node:assert/strict";
import type { ConformanceKit } from "./conformance-kit.ts";

/** What the storage system allows. */
export function describeLimits(kit: ConformanceKit): void {
  const test = kit.testIfCapable("limits");

  kit.describe("readLimits", () => {
    test([], "limits are whole numbers, and some are known", async (context) => {
      const { maxSnapshots, snapshots, maxPending } = await context.readLimits();
      const known = [maxSnapshots, snapshots, maxPending].filter((value) => value !== undefined);
      assert.ok(known.length > 0, "no limit is known, and nothing is counted");
      for (const value of known) assert.ok(Number.isSafeInteger(value) && value >= 0, `a limit is ${value}`);
    });

    test([], "where snapshots are counted, everybody's are", async (context) => {
      const before = (await context.readLimits()).snapshots;
      if (before === undefined) return;
      const theirs = { ...context.labels, "k8s-snapshots/conformance": "someone-else" };
      await context.create();
      await context.create({ disk: await context.newDisk(), labels: theirs });
      await context.eventually("two more snapshots are counted", async () => {
        const { snapshots = 0 } = await context.readLimits();
        return snapshots >= before + 2 || undefined;
      });
    });

    test(["setQuota"], "a quota that was changed is read at the next call", async (context, hooks) => {
      for (const quota of [20, 10]) {
        await hooks.setQuota(context.world, quota);
        assert.equal((await context.readLimits()).maxSnapshots, quota);
      }
    });

    test(["unknownLocation"], "the limits of an unknown location are invalid", async (context, hooks) => {
      await context.rejection("invalid", () => context.readLimits(hooks.unknownLocation));
    });
  });
}
