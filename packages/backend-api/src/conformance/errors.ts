import assert from "node:assert/strict";
import type { BackendErrorCode, BackendErrorScope } from "../backend-error.ts";
import { HOLD_LABEL } from "../labels.ts";
import type { Snapshot } from "../snapshot.ts";
import type { ConformanceKit, OptionalCapability } from "./conformance-kit.ts";
import type { TestContext } from "./test-context.ts";
import { startWatch } from "./watch-follower.ts";

/** Whether the contract leaves no choice about `retryable`. */
const retryable: readonly (readonly [BackendErrorCode, boolean | undefined])[] = [
  ["throttled", true],
  ["unavailable", true],
  ["forbidden", false],
  ["unauthenticated", false],
  ["limit-reached", undefined],
  ["unexpected", undefined],
];

/** Whom a refusal may be about, where the contract leaves little choice. */
const scopes: Partial<Record<BackendErrorCode, readonly BackendErrorScope[]>> = {
  throttled: ["disk", "location", "account"],
  unavailable: ["disk", "location", "account"],
  unauthenticated: ["location", "account"],
  "limit-reached": ["disk", "location", "account"],
};

interface RefusableCall {
  /** Default: every backend has it. */
  readonly capability?: OptionalCapability;
  /** Whether it makes snapshots, and so may run into a quota. */
  readonly creates?: true;
  readonly send: (context: TestContext, snapshot: Snapshot) => Promise<unknown> | undefined;
}

const calls: Readonly<Record<string, RefusableCall>> = {
  listSnapshots: { send: (context) => context.list() },
  createSnapshot: { creates: true, send: (context) => context.create() },
  readSnapshot: { capability: "read", send: ({ backend }, snapshot) => backend.readSnapshot?.(snapshot) },
  setSnapshotLabels: {
    capability: "setLabels",
    send: ({ backend }, snapshot) => backend.setSnapshotLabels?.(snapshot, { [HOLD_LABEL]: "true" }),
  },
  createSnapshotGroup: {
    capability: "groups",
    creates: true,
    send: async (context) => context.createGroup(await context.groupRequest()),
  },
  watchSnapshots: { capability: "watch", send: (context) => startWatch(context) },
  readLimits: { capability: "limits", send: (context) => context.readLimits() },
  deleteSnapshot: { send: ({ backend }, snapshot) => backend.deleteSnapshot(snapshot) },
};

/** What the storage system's refusals become. */
export function describeErrors(kit: ConformanceKit): void {
  const { refusals, capabilities } = kit.harness;

  kit.describe("errors", () => {
    for (const [code, mayRetry] of retryable) {
      const lacking = refusals && !refusals.includes(code) ? `the harness's refusals lack ${code}` : undefined;
      for (const [operation, { capability, creates, send }] of Object.entries(calls)) {
        if (code === "limit-reached" && !creates) continue;
        const isMissing = capability !== undefined && !capabilities[capability];
        const unless = isMissing ? `capabilities.${capability} is false` : lacking;
        refusal(unless, `${operation} refused as ${code} says so`, async (context, refuseNext) => {
          const snapshot = await context.ready();
          await refuseNext(context, code);
          const error = await context.rejection(code, async () => send(context, snapshot));
          if (mayRetry !== undefined) assert.equal(error.retryable, mayRetry, `retryable of ${code}`);
          const { scope } = error;
          assert.ok(scopes[code]?.includes(scope) ?? true, `the scope of ${code} is ${scope}`);
          assert.ok(error.retryAfterMs === undefined || error.retryAfterMs >= 0, `retryAfterMs ${error.retryAfterMs}`);
          if (code === "limit-reached") assert.equal((await context.settledList()).length, 1, "it made snapshots");
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
