import { describeAbort } from "./abort.ts";
import { describeAccess } from "./access.ts";
import { ConformanceKit } from "./conformance-kit.ts";
import { describeCreate } from "./create.ts";
import { describeDates } from "./dates.ts";
import { describeDeclaration } from "./declaration.ts";
import { describeDelete } from "./delete.ts";
import { describeErrors } from "./errors.ts";
import { describeGroups } from "./groups.ts";
import type { ConformanceHarness, ConformanceWorld } from "./harness.ts";
import { describeIdempotency } from "./idempotency.ts";
import { describeLabels } from "./labels.ts";
import { describeLimits } from "./limits.ts";
import { describeList } from "./list.ts";
import { describeManifest } from "./manifest.ts";
import { describeOthers } from "./others.ts";
import { describeParameters } from "./parameters.ts";
import { describeRead } from "./read.ts";
import { describeRecognition } from "./recognise.ts";
import { describeRemoveRestored } from "./remove-restored.ts";
import { describeRestore } from "./restore.ts";
import { describeSetLabels } from "./set-labels.ts";
import type { TestRunner } from "./test-runner.ts";
import { describeVolumeFacts } from "./volume-facts.ts";
import { describeWatch } from "./watch.ts";

/**
 * Registers the tests that every backend must pass. What the capabilities or the harness leave out is registered as
 * skipped, and its name says why.
 *
 * @param runner - the functions of vitest, node:test, jest or mocha
 *
 * @example
 * ```ts
 * import { describe, it } from "vitest";
 *
 * describeBackendConformance({ describe, it }, { manifest, capabilities: { restore: false }, open: openWorld, ...disks });
 * ```
 */
export function describeBackendConformance<World extends ConformanceWorld>(
  runner: TestRunner,
  harness: ConformanceHarness<World>,
): void {
  // Worlds come from the harness and go back to it: that they are its own is certain.
  const kit = new ConformanceKit(runner, harness as unknown as ConformanceHarness);
  kit.describe("a backend", () => {
    describeManifest(kit);
    describeDeclaration(kit);
    describeRecognition(kit);
    describeList(kit);
    describeOthers(kit);
    describeCreate(kit);
    describeLabels(kit);
    describeIdempotency(kit);
    describeParameters(kit);
    describeVolumeFacts(kit);
    describeGroups(kit);
    describeDelete(kit);
    describeRead(kit);
    describeSetLabels(kit);
    describeWatch(kit);
    describeLimits(kit);
    describeAccess(kit);
    describeRestore(kit);
    describeRemoveRestored(kit);
    describeErrors(kit);
    describeDates(kit);
    describeAbort(kit);
    kit.testThatExceptionsAreKnown();
  });
}
