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
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
  TestStatus,
  toMutantRunResult,
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
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: MutantCoverage;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

const switchboard: Switchboard = {};
Object.assign(globalThis, { __stryker__: switchboard });

class QuickRunner implements TestRunner {
  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    const files = TEST_FILES.flatMap((glob) => globSync(glob).sort());
    for (const file of files) await import(pathToFileURL(file).href);
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    for (const id of collectedTests.keys()) tests.push(await resultOf(id));
    const { mutantCoverage } = switchboard;
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) };
  }

  /** Up to the first test that fails. */
  async mutantRun({ activeMutant, testFilter, hitLimit }: MutantRunOptions): Promise<MutantRunResult> {
    Object.assign(switchboard, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit && 0 });
    const tests: TestResult[] = [];
    for (const id of testFilter ?? collectedTests.keys()) {
      tests.push(await resultOf(Number(id)));
      if (tests.at(-1)?.status === TestStatus.Failed) break;
    }
    switchboard.activeMutant = undefined;
    const overLimit = determineHitLimitReached(switchboard.hitCount, hitLimit);
    return toMutantRunResult(overLimit ?? { status: DryRunStatus.Complete, tests });
  }
}

async function resultOf(id: number): Promise<TestResult> {
  const { name, run } = collectedTests[id] as CollectedTest;
  switchboard.currentTestId = String(id);
  const begunAt = performance.now();
  const about = () => ({ id: String(id), name, timeSpentMs: performance.now() - begunAt });
  try {
    await run();
    return { ...about(), status: TestStatus.Success };
  } catch (error) {
    return { ...about(), status: TestStatus.Failed, failureMessage: String(error) };
  } finally {
    switchboard.currentTestId = undefined;
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
