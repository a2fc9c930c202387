import assert from "node:assert/strict";
import { CLUSTER_LABEL, HOLD_LABEL, MARKS_LABEL, SCHEDULE_LABEL } from "../labels.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import { assertLabels } from "./create.ts";

const longest = "a".repeat(31).concat("-", "9".repeat(31));

/** Labels come back as they were given. */
export function describeLabels(kit: ConformanceKit): void {
  kit.describe("labels", () => {
    kit.test("values of 63 characters come back whole", async (context) => {
      const labels = { ...context.labels, "k8s-snapshots/rule": longest };
      assertLabels(await context.listed(await context.create({ labels })), labels);
    });

    kit.test("values as Kubernetes allows them come back as they were", async (context) => {
      const labels = { ...context.labels, "k8s-snapshots/rule": "Data_0.Pvc", "k8s-snapshots/empty": "" };
      assertLabels(await context.listed(await context.create({ labels })), labels);
      const listed = await context.settledList(labels);
      assert.equal(listed.length, 1, "a list by these labels does not find it");
    });

    kit.test(
      "a schedule, and the longest value with every character that is allowed, come back as they were",
      async (context) => {
        const everyCharacter = "AZ az 09 ._:/=+@-".padEnd(128, "x");
        const labels = {
          ...context.labels,
          "k8s-snapshots/deltas": "PT1H P1D P7D P30D",
          Every_Character: everyCharacter,
        };
        assertLabels(await context.listed(await context.create({ labels })), labels);
      },
    );

    kit.test("what the scheduler marks a snapshot with comes back as it was", async (context) => {
      const labels = {
        ...context.labels,
        [CLUSTER_LABEL]: "8f2a6c1e-3b7d-4f5a-9e0c-2d4b6a8c0e1f",
        [SCHEDULE_LABEL]: "PT1H P1D P7D P30D P365D",
        [MARKS_LABEL]: "1-t5k2ab-10-0-lq3k9x2-8f3a2b1c-r".padEnd(63, "-0z"),
      };
      assertLabels(await context.create({ labels }), labels);
      const [listed, ...others] = await context.settledList();
      assert.ok(listed && others.length === 0, `${others.length + 1} snapshots are listed`);
      assertLabels(listed, labels);
    });

    kit.test("the hold label comes back as the project spells it", async (context) => {
      const labels = { ...context.labels, [HOLD_LABEL]: "true" };
      assertLabels(await context.listed(await context.create({ labels })), labels);
    });

    kit.testWith(["hold"], "a hold set by hand is read", async (context, hooks) => {
      const snapshot = await context.ready();
      await hooks.hold(context.world, snapshot);
      const { labels } = await context.listed(snapshot);
      assert.ok(HOLD_LABEL in labels && labels[HOLD_LABEL] !== "false", `its labels are ${JSON.stringify(labels)}`);
    });
  });
}
