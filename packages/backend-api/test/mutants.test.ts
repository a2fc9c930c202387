import { describe, expect, it } from "vitest";
import { describeBackendConformance } from "../src/conformance/index.ts";
import { type CollectedResults, collectResults } from "./collecting-runner.ts";
import { memoryHarness } from "./memory-harness.ts";
import { abortMutants } from "./mutants/abort.ts";
import { accessMutants } from "./mutants/access.ts";
import { createMutants } from "./mutants/create.ts";
import { dateMutants } from "./mutants/dates.ts";
import { declarationMutants } from "./mutants/declaration.ts";
import { deleteMutants } from "./mutants/delete.ts";
import { errorMutants } from "./mutants/errors.ts";
import { groupMutants } from "./mutants/groups.ts";
import { idempotencyMutants } from "./mutants/idempotency.ts";
import { limitMutants } from "./mutants/limits.ts";
import { listMutants } from "./mutants/list.ts";
import { manifestMutants } from "./mutants/manifest.ts";
import { type Mutant, withMembers } from "./mutants/mutant.ts";
import { otherMutants } from "./mutants/others.ts";
import { parameterMutants } from "./mutants/parameters.ts";
import { readMutants } from "./mutants/read.ts";
import { recognitionMutants } from "./mutants/recognition.ts";
import { removeRestoredMutants } from "./mutants/remove-restored.ts";
import { restoreMutants } from "./mutants/restore.ts";
import { setLabelsMutants } from "./mutants/set-labels.ts";
import { volumeFactMutants } from "./mutants/volume-facts.ts";
import { watchMutants } from "./mutants/watch.ts";

const mutants: readonly Mutant[] = [
  ...manifestMutants,
  ...declarationMutants,
  ...recognitionMutants,
  ...listMutants,
  ...otherMutants,
  ...createMutants,
  ...idempotencyMutants,
  ...parameterMutants,
  ...volumeFactMutants,
  ...groupMutants,
  ...deleteMutants,
  ...readMutants,
  ...setLabelsMutants,
  ...watchMutants,
  ...limitMutants,
  ...accessMutants,
  ...removeRestoredMutants,
  ...restoreMutants,
  ...errorMutants,
  ...dateMutants,
  ...abortMutants,
];

describe("a backend that the kit must refuse", () => {
  it.each(mutants)("$name", async (mutant) => {
    const { failed } = await runKit(mutant);
    expect(new Set(failed.keys())).toEqual(new Set(mutant.caughtBy));
  });
});

it("each test of the kit refuses one of them on purpose", async () => {
  const { passed, failed, skipped } = await runKit();
  expect({ failed: [...failed], skipped }).toEqual({ failed: [], skipped: [] });
  const useful = new Set(mutants.flatMap(({ caughtBy }) => caughtBy));
  expect(passed.filter((name) => !useful.has(name))).toEqual([]);
});

function runKit(mutant?: Mutant): Promise<CollectedResults> {
  const harness = memoryHarness({}, (sound, world) =>
    mutant ? withMembers(sound, mutant.break(sound, world)) : sound,
  );
  const manifest = { ...harness.manifest, ...mutant?.manifest };
  return collectResults((runner) => describeBackendConformance(runner, { ...harness, manifest }), mutant?.caughtBy);
}
