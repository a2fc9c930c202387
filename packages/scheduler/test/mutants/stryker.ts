import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Workshop, writeBelowWorkspace } from "./workshop.ts";

/**
 * `pnpm test:stryker [GLOB...]`: mutants that Stryker makes, of the planner, the state and the gate or of what the globs
 * below `src` name; the tests of the rules and those beside the source are to kill them. Takes long: for a night. It works
 * on a copy, so that nothing of the checkout is touched; the report is test-results/stryker/report.json.
 */
const globs = process.argv.slice(2);
const mutated = globs.length > 0 ? globs : ["planner/*.ts", "state/*.ts", "gate/*.ts"];
const workspace = resolve(import.meta.dirname, "../../../..");
const plugin = join(workspace, "node_modules/@stryker-mutator/vitest-runner/dist/src/index.js");

await using shop = await Workshop.open();
const settings = {
  testRunner: "vitest",
  plugins: [plugin],
  mutate: [...mutated.map((glob) => `src/${glob}`), "!src/**/*.test.ts", "!src/planner/reason.ts"],
  inPlace: true,
  coverageAnalysis: "perTest",
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ["progress-append-only", "clear-text", "json"],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  jsonReporter: { fileName: "stryker.json" },
  vitest: { configFile: "stryker.vitest.config.ts" },
  thresholds: { high: 95, low: 90, break: null },
};
writeFileSync(join(shop.folder, "stryker.config.json"), JSON.stringify(settings));
writeFileSync(
  join(shop.folder, "stryker.vitest.config.ts"),
  `import { testProject } from "../../vitest.base.ts";
export default testProject("scheduler", { include: ["src/{planner,state,gate}/*.test.ts", "test/rules/*.test.ts"], isolate: false });
`,
);
const stryker = join(workspace, "node_modules/.bin/stryker");
const { status } = spawnSync(stryker, ["run"], { cwd: shop.folder, stdio: "inherit" });
if (status === 0) {
  await writeBelowWorkspace(
    "test-results/stryker/report.json",
    readFileSync(join(shop.folder, "stryker.json"), "utf8"),
  );
}
process.exitCode = status ?? 1;
