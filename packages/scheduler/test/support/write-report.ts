import { mkdirSync, writeFileSync } from "node:fs";

/** For CI, which sums over the reports of all runners: in the form of vitest's, at `test-results/NAME.json`. */
export function writeReport(
  name: string,
  { passed, failed }: { readonly passed: number; readonly failed: number },
): void {
  mkdirSync("test-results", { recursive: true });
  const report = {
    success: failed === 0,
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };
  writeFileSync(`test-results/${name}.json`, JSON.stringify(report));
}
