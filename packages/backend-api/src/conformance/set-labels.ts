import assert from "node:assert/strict";
import { HOLD_LABEL, MARKS_LABEL, SCHEDULE_LABEL } from "../labels.ts";
import type { Labels, SnapshotReference } from "../snapshot.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import { assertLabels } from "./create.ts";
import type { TestContext } from "./test-context.ts";

/** Labels of a snapshot that is there already. */
export function describeSetLabels(kit: ConformanceKit): void {
  const test = kit.testIfCapable("setLabels");
  kit.describe("setSnapshotLabels", () => {
    test([], "a label that is added is listed, and the others stay", async (context) => {
      const labels = { ...context.labels, [SCHEDULE_LABEL]: "PT1H P1D", [MARKS_LABEL]: "1-a-1-0-b-c" };
      const snapshot = await context.ready({ labels });
      await setLabels(context, snapshot, { [HOLD_LABEL]: "true" });
      assertLabels(await context.listed(snapshot), { ...labels, [HOLD_LABEL]: "true" });
    });

    test([], "a label that is there is replaced", async (context) => {
      const snapshot = await context.ready();
      for (const value of ["true", "false"]) {
        await setLabels(context, snapshot, { [HOLD_LABEL]: value });
        assertLabels(await context.listed(snapshot), { ...context.labels, [HOLD_LABEL]: value });
      }
    });

    test([], "setting the same labels again succeeds", async (context) => {
      const snapshot = await context.ready();
      for (const _ of [1, 2]) await setLabels(context, snapshot, { [HOLD_LABEL]: "true" });
      assertLabels(await context.listed(snapshot), { [HOLD_LABEL]: "true" });
    });

    test([], "other snapshots keep theirs", async (context) => {
      const [first, second] = [await context.ready(), await context.ready({ disk: await context.newDisk() })];
      await setLabels(context, first, { [HOLD_LABEL]: "true" });
      assert.equal((await context.listed(second)).labels[HOLD_LABEL], undefined);
    });

    test(["missingSnapshot"], "the labels of a snapshot that never was are not-found", async (context, hooks) => {
      const missing = hooks.missingSnapshot(context.world);
      const { scope } = await context.rejection("not-found", () =>
        setLabels(context, missing, { [HOLD_LABEL]: "true" }),
      );
      assert.equal(scope, "snapshot", "whom the error is about");
    });
  });
}

async function setLabels({ backend }: TestContext, { id, location }: SnapshotReference, labels: Labels): Promise<void> {
  assert.ok(backend.setSnapshotLabels, "capabilities.setLabels is true, but there is no setSnapshotLabels");
  await backend.setSnapshotLabels({ id, location }, labels);
}
