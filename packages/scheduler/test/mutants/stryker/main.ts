import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Workshop, writeBelowWorkspace } from "../workshop.ts";

/**
 * `pnpm test:stryker [GLOB...]`: mutants that Stryker makes, of the planner, the state and the gate or of what the globs
 * below `src` name; the tests of the rules and those beside the source are to kill them, 95 of a hundred in each folder.
 * Planner and state take some eight minutes on two cores, the gate longer. It works on a copy, so that nothing of the checkout is touched; the report is
 * test-results/stryker/report.json. Which ones survive, and why: docs/decisions/2026-11-27-core-checked.md.
 */
const globs = process.argv.slice(2);
const mutated = globs.length > 0 ? globs : ["planner/*.ts", "state/*.ts", "gate/*.ts"];
const workspace = resolve(import.meta.dirname, "../../../../..");
const LEAST = 95;

await using shop = await Workshop.open();
const settings = {
  testRunner: "quick",
  plugins: [join(shop.folder, "test/mutants/stryker/quick-runner.ts")],
  testRunnerNodeArgs: ["--conditions=@k8s-snapshots/source"],
  mutate: [...mutated.map((glob) => `src/${glob}`), "!src/**/*.test.ts", "!src/planner/reason.ts"],
  inPlace: true,
  coverageAnalysis: "perTest",
  concurrency: 2,
  // What is computed when a file is loaded needs a process of its own for each mutant: an hour for a fiftieth of them.
  ignoreStatic: true,
  timeoutMS: 10_000,
  reporters: ["progress-append-only", "clear-text", "json"],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  jsonReporter: { fileName: "stryker.json" },
  thresholds: { high: LEAST, low: LEAST, break: LEAST },
};
writeFileSync(join(shop.folder, "stryker.config.json"), JSON.stringify(settings));
const stryker = join(workspace, "node_modules/.bin/stryker");
const { status } = spawnSync(stryker, ["run"], { cwd: shop.folder, stdio: "inherit" });
process.exitCode = status ?? 1;
const written = join(shop.folder, "stryker.json");
if (existsSync(written)) {
  const report = readFileSync(written, "utf8");
  await writeBelowWorkspace("test-results/stryker/report.json", report);
  for (const [folder, { killed, total }] of scoresOf(JSON.parse(report) as Report)) {
    const score = (100 * killed) / total;
    if (score < LEAST) process.exitCode = 1;
    console.log(`${folder}: ${killed} of ${total} killed, ${score.toFixed(1)} %`);
  }
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

/** By folder below `src`; mutants that do not compile or load count for nothing. */
function scoresOf({ files }: Report): ReadonlyMap<string, { readonly killed: number; readonly total: number }> {
  const scores = new Map<string, { killed: number; total: number }>();
  for (const [file, { mutants }] of Object.entries(files)) {
    const folder = file.split("/").at(-2) ?? file;
    const score = scores.get(folder) ?? { killed: 0, total: 0 };
    for (const { status } of mutants) {
      if (["Killed", "Timeout"].includes(status)) score.killed++;
      if (["Killed", "Timeout", "Survived", "NoCoverage"].includes(status)) score.total++;
    }
    scores.set(folder, score);
  }
  return scores;
}
