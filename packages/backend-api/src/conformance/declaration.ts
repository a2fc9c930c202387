import assert from "node:assert/strict";
import { describeBackendFault } from "../backend-module.ts";
import type { ConformanceKit } from "./conformance-kit.ts";

/** What a backend says of itself. */
export function describeDeclaration(kit: ConformanceKit): void {
  kit.describe("declaration", () => {
    kit.test("the daemon would accept the backend", async ({ backend }) => {
      assert.equal(describeBackendFault(backend), undefined);
    });

    kit.test("the capabilities are those that the harness expects", async ({ backend }) => {
      assert.deepEqual({ ...backend.capabilities }, { ...kit.harness.capabilities });
    });

    kit.test("the limits are positive numbers, and the lag is not negative", async ({ backend }) => {
      const { listLagMs = 0, callsPerSecond = {}, ...others } = backend.capabilities;
      assert.ok(Number.isFinite(listLagMs) && listLagMs >= 0, `listLagMs is ${listLagMs}`);
      for (const [limit, value] of [...Object.entries(others), ...Object.entries(callsPerSecond)]) {
        assert.ok(typeof value === "boolean" || value > 0, `${limit} is ${value}`);
      }
    });
  });
}
