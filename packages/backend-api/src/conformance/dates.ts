import assert from "node:assert/strict";
import type { CallOptions } from "../backend.ts";
import type { ConformanceKit, OptionalCapability } from "./conformance-kit.ts";
import { clockTolerance } from "./create.ts";
import type { TestContext } from "./test-context.ts";
import { startWatch } from "./watch-follower.ts";

interface DatedCall {
  /** Default: every backend has it. */
  readonly capability?: OptionalCapability;
  readonly send: (context: TestContext, options: CallOptions) => Promise<unknown>;
}

const calls: Readonly<Record<string, DatedCall>> = {
  createSnapshot: { send: (context, options) => context.backend.createSnapshot(context.request(), options) },
  listSnapshots: {
    send: ({ backend, disk, labels }, options) =>
      Array.fromAsync(backend.listSnapshots({ location: disk.location, labels }, options)),
  },
  deleteSnapshot: {
    send: async (context, options) => context.backend.deleteSnapshot(await context.ready(), options),
  },
  checkAccess: { send: ({ backend, disk }, options) => backend.checkAccess(disk.location, options) },
  createSnapshotGroup: {
    capability: "groups",
    send: async (context, options) => context.createGroup(await context.groupRequest(), options),
  },
  watchSnapshots: { capability: "watch", send: startWatch },
  readLimits: { capability: "limits", send: (context, options) => context.readLimits(context.disk.location, options) },
};

/** The storage system's clock, as its answers carry it. */
export function describeDates(kit: ConformanceKit): void {
  const { harness } = kit;

  kit.describe("onDate", () => {
    for (const [operation, { capability, send }] of Object.entries(calls)) {
      const test = kit.testIfCapable(capability);

      test([], `the dates that ${operation} hands on are valid, and now`, async (context) => {
        const dates: Date[] = [];
        await send(context, { onDate: (date) => void dates.push(date) });
        const now = (harness.now?.(context.world) ?? new Date()).getTime();
        for (const date of dates) {
          assert.ok(date instanceof Date, `${JSON.stringify(date)} is not a Date`);
          const difference = Math.abs(date.getTime() - now);
          assert.ok(difference < clockTolerance, `the date is ${date.toJSON()}, now is ${new Date(now).toJSON()}`);
        }
      });

      test(["sendsDates"], `${operation} hands on the date of its answer`, async (context) => {
        let count = 0;
        await send(context, { onDate: () => void count++ });
        assert.ok(count > 0, "no date was handed on");
      });
    }

    kit.testWith(["sendsDates"], "a list hands on a date before its first snapshot", async (context) => {
      await context.listed(await context.create());
      let count = 0;
      const request = { location: context.disk.location, labels: context.labels };
      for await (const _ of context.backend.listSnapshots(request, { onDate: () => void count++ })) {
        assert.ok(count > 0, "a snapshot came before the date");
      }
    });

    kit.testWith(["sendsDates", "missingDisk"], "a refusal has a date too", async (context, hooks) => {
      let count = 0;
      const request = context.request({ disk: hooks.missingDisk(context.world) });
      await context.anyRejection(() => context.backend.createSnapshot(request, { onDate: () => void count++ }));
      assert.ok(count > 0, "no date was handed on");
    });
  });
}
