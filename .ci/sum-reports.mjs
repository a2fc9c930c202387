// node sum-reports.mjs FAILED FILE...: prints `N passed, N failed, N skipped` over vitest's JSON reports. FAILED is 1 if a part
// failed by itself; then, or if a report is missing or has a failure, the exit code is 1.
import { readFileSync } from "node:fs";

const [partFailed, ...files] = process.argv.slice(2);
const reports = files.map((file) => JSON.parse(readFileSync(file, "utf8")));
const sum = (field) => reports.reduce((total, report) => total + report[field], 0);
const failedFiles = reports.flatMap(({ testResults }) =>
  testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0),
);
const failed = sum("numFailedTests") + failedFiles.length;
const skipped = sum("numPendingTests") + sum("numTodoTests");
const broken = failed > 0 || partFailed === "1" || reports.some(({ success }) => !success);
console.log(`${sum("numPassedTests")} passed, ${failed === 0 && broken ? 1 : failed} failed, ${skipped} skipped`);
process.exitCode = broken ? 1 : 0;
