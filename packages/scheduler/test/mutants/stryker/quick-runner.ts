/**
 * A runner for Stryker that loads the tests once and runs those that reach a mutant, one after the other, in the process
 * that it was loaded into. With vitest a mutant takes two seconds, since it makes its world anew for each of them.
 *
 * What test files import from `vitest` is {@link ./collected-tests.ts}: the part of it that these tests use.
 */
import { globSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import type { MutantCoverage } from "@stryker-mutator/api/core";
import type {
  DryRunResult,
  DryRunStatus,
  MutantRunOptions,
  MutantRunResult,
  MutantRunStatus,
  TestResult,
  TestRunner,
  TestRunnerCapabilities,
  TestStatus,
} from "@stryker-mutator/api/test-runner";
import { type CollectedTest, collectedTests } from "./collected-tests.ts";

/**
 * Files below the package's folder, which is the working directory. The slowest come last, since the first failure is enough.
 */
const TEST_FILES = [
  "src/{planner,state,gate}/*.test.ts",
  "test/rules/!(rule-10-spread).test.ts",
  "test/rules/rule-10-spread.test.ts",
  "test/call-limits/learning.test.ts",
];

/** What Stryker's code in the mutated files looks at. */
interface StrykerGlobal {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: MutantCoverage;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

const world = globalThis as { __stryker__?: StrykerGlobal };

class QuickRunner implements TestRunner {
  readonly #stryker: StrykerGlobal;
  #tests: readonly CollectedTest[] | undefined;

  constructor() {
    world.__stryker__ ??= {};
    this.#stryker = world.__stryker__;
  }

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: false };
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    for (const [index, test] of (await this.#load()).entries()) {
      const id = String(index);
      this.#stryker.currentTestId = id;
      const begunAt = performance.now();
      const failure = await failureOf(test);
      const result = { id, name: test.name, timeSpentMs: performance.now() - begunAt };
      tests.push(
        failure === undefined
          ? { ...result, status: 0 satisfies TestStatus.Success as TestStatus.Success }
          : { ...result, status: 1 satisfies TestStatus.Failed as TestStatus.Failed, failureMessage: failure },
      );
    }
    this.#stryker.currentTestId = undefined;
    const { mutantCoverage } = this.#stryker;
    return { status: "complete" as DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) };
  }

  async mutantRun({
    activeMutant,
    mutantActivation,
    testFilter,
    hitLimit,
  }: MutantRunOptions): Promise<MutantRunResult> {
    const stryker = this.#stryker;
    stryker.hitLimit = hitLimit;
    stryker.hitCount = hitLimit === undefined ? undefined : 0;
    if (mutantActivation === "static") stryker.activeMutant = activeMutant.id;
    const tests = await this.#load().catch((error: Error) => error);
    if (tests instanceof Error) {
      return { status: "killed" as MutantRunStatus.Killed, killedBy: [], failureMessage: tests.message, nrOfTests: 0 };
    }
    stryker.activeMutant = activeMutant.id;
    let nrOfTests = 0;
    try {
      for (const id of testFilter ?? tests.keys()) {
        nrOfTests++;
        const failure = await failureOf(tests[Number(id)] as CollectedTest);
        if ((stryker.hitCount ?? 0) > (hitLimit ?? 0)) return { status: "timeout" as MutantRunStatus.Timeout };
        if (failure === undefined) continue;
        const killedBy = [String(id)];
        return { status: "killed" as MutantRunStatus.Killed, killedBy, failureMessage: failure, nrOfTests };
      }
    } finally {
      stryker.activeMutant = undefined;
    }
    return { status: "survived" as MutantRunStatus.Survived, nrOfTests };
  }

  async #load(): Promise<readonly CollectedTest[]> {
    if (this.#tests !== undefined) return this.#tests;
    const files = TEST_FILES.flatMap((glob) => globSync(glob).sort());
    for (const file of files) await import(pathToFileURL(file).href);
    this.#tests = collectedTests;
    return collectedTests;
  }
}

async function failureOf(test: CollectedTest): Promise<string | undefined> {
  try {
    await test.run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const ownTests = new URL("./collected-tests.ts", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "vitest" && context.parentURL !== ownTests
      ? { url: ownTests, shortCircuit: true }
      : next(specifier, context),
});

export const strykerPlugins = [{ kind: "TestRunner", name: "quick", injectableClass: QuickRunner }];
