import assert from "node:assert/strict";
import type { BackendErrorCode } from "../backend-error.ts";
import type { Snapshot } from "../snapshot.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import type { TestContext } from "./test-context.ts";

/** Whether the contract leaves no choice about `retryable`. */
const retryable: readonly (readonly [BackendErrorCode, boolean | undefined])[] = [
  ["throttled", true],
  ["unavailable", true],
  ["forbidden", false],
  ["unauthenticated", false],
  ["limit-reached", undefined],
  ["unexpected", undefined],
];

const calls: Readonly<Record<string, (context: TestContext, snapshot: Snapshot) => Promise<unknown>>> = {
  listSnapshots: (context) => context.list(),
  createSnapshot: (context) => context.create(),
  deleteSnapshot: (context, snapshot) => context.backend.deleteSnapshot(snapshot),
};

/** What the storage system's refusals become. */
export function describeErrors(kit: ConformanceKit): void {
  const { refusals } = kit.harness;

  kit.describe("errors", () => {
    for (const [code, mayRetry] of retryable) {
      const unless = refusals && !refusals.includes(code) ? `the harness's refusals lack ${code}` : undefined;
      for (const [operation, call] of Object.entries(calls)) {
        if (code === "limit-reached" && operation !== "createSnapshot") continue;
        refusal(unless, `${operation} refused as ${code} says so`, async (context, refuseNext) => {
          const snapshot = await context.ready();
          await refuseNext(context, code);
          const error = await context.rejection(code, () => call(context, snapshot));
          if (mayRetry !== undefined) assert.equal(error.retryable, mayRetry, `retryable of ${code}`);
          assert.ok(error.retryAfterMs === undefined || error.retryAfterMs >= 0, `retryAfterMs ${error.retryAfterMs}`);
        });
      }
    }

    const unless = refusals?.includes("unauthenticated") ? undefined : "the harness's refusals lack unauthenticated";
    refusal(unless, "checkAccess without credentials is unauthenticated", async (context, refuseNext) => {
      await refuseNext(context, "unauthenticated");
      await context.rejection("unauthenticated", () => context.backend.checkAccess(context.disk.location));
    });
  });

  function refusal(
    unless: string | undefined,
    name: string,
    body: (
      context: TestContext,
      refuseNext: (context: TestContext, code: BackendErrorCode) => Promise<void>,
    ) => Promise<void>,
  ): void {
    if (unless !== undefined) kit.testUnless(unless, name, async () => undefined);
    else {
      kit.testWith(["refusals", "refuseNext"], name, (context, hooks) =>
        body(context, ({ world }, code) => hooks.refuseNext(world, code)),
      );
    }
  }
}
