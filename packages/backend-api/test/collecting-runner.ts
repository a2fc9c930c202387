import { setImmediate } from "node:timers/promises";
import type { TestRunner } from "../src/conformance/index.ts";

/** What became of the tests that were registered, by name. */
export interface CollectedResults {
  readonly passed: string[];
  readonly failed: Map<string, unknown>;
  readonly skipped: string[];
}

/**
 * Runs what a kit registers, one test after another, without the test runner that this is called from.
 *
 * @param only - the names of the tests to run. Default: all of them
 */
export async function collectResults(
  register: (runner: TestRunner) => void,
  only?: readonly string[],
): Promise<CollectedResults> {
  const results: CollectedResults = { passed: [], failed: new Map(), skipped: [] };
  const tests: (readonly [string, () => Promise<void>])[] = [];
  const it = Object.assign((name: string, body: () => Promise<void>) => void tests.push([name, body]), {
    skip: (name: string) => void results.skipped.push(name),
  });
  register({ describe: (_, body) => body(), it });
  for (const [name, body] of tests) {
    if (only !== undefined && !only.includes(name)) continue;
    try {
      await Promise.race([body(), failWhenIdle()]);
      results.passed.push(name);
    } catch (error) {
      results.failed.set(name, error);
    }
  }
  return results;
}

/** Nothing that the memory backend does takes more turns of the event loop: what isn't over by then hangs. */
async function failWhenIdle(): Promise<never> {
  for (let turn = 0; turn < 100; turn += 1) await setImmediate();
  throw new Error("the test hangs");
}
