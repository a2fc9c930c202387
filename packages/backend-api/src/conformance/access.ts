import assert from "node:assert/strict";
import type { ConformanceKit } from "./conformance-kit.ts";

/** The preflight. */
export function describeAccess(kit: ConformanceKit): void {
  kit.describe("checkAccess", () => {
    kit.test("each permission is named once, with its status", async ({ backend, disk }) => {
      const { checks } = await backend.checkAccess(disk.location);
      assert.ok(checks.length > 0, "no permission is named");
      for (const { permission, status } of checks) {
        assert.ok(typeof permission === "string" && permission !== "", "a check names no permission");
        assert.ok(["granted", "missing", "unknown"].includes(status), `the status of ${permission} is ${status}`);
      }
      const permissions = checks.map(({ permission }) => permission);
      assert.deepEqual([...new Set(permissions)], permissions);
    });

    kit.test("nothing is missing where everything works", async ({ backend, disk }) => {
      const { checks } = await backend.checkAccess(disk.location);
      assert.deepEqual(
        checks.filter(({ status }) => status === "missing"),
        [],
      );
    });

    kit.test("a permission that is unknown says why", async ({ backend, disk }) => {
      const { checks } = await backend.checkAccess(disk.location);
      for (const { permission, status, detail } of checks) {
        if (status === "unknown") assert.ok(detail, `${permission} is unknown, without a reason`);
      }
    });

    kit.test("it makes nothing", async (context) => {
      const snapshot = await context.create();
      await context.backend.checkAccess(context.disk.location);
      await context.listed(snapshot);
      assert.equal((await context.settledList()).length, 1);
    });

    kit.testWith(
      ["deny"],
      "a missing permission is an answer, not an error",
      async ({ backend, disk, world }, hooks) => {
        const denied = await hooks.deny(world);
        const { checks } = await backend.checkAccess(disk.location);
        assert.equal(
          checks.find(({ permission }) => permission === denied)?.status,
          "missing",
          `the status of ${denied}`,
        );
      },
    );
  });
}
