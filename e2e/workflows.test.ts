import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../tools/project/root.ts";
import { findActionlint } from "./harness/find-actionlint.ts";

const folder = join(root, ".github", "workflows");
const files = (await readdir(folder)).toSorted();
const actionlint = await findActionlint();
if ("missing" in actionlint) {
  if (process.env["CI"]) throw new Error(`in CI no test is skipped, and actionlint is missing: ${actionlint.missing}`);
  process.stdout.write(`MISSING actionlint: ${actionlint.missing}\n`);
}

/** Actions whose commit is not known for certain. */
const byTag = ["github/codeql-action/upload-sarif@v4"];

test.skipIf("missing" in actionlint)("actionlint finds nothing wrong with the workflows", async () => {
  const { program } = actionlint as { program: string };
  // Their own programs for shell and Python, which are not everywhere.
  const words = ["-shellcheck=", "-pyflakes=", "-no-color", ...files.map((file) => join(folder, file))];
  const { stdout } = await promisify(execFile)(program, words, { cwd: root }).catch((error) => error);
  expect(stdout).toBe("");
});

describe.each(files)("%s", (file) => {
  interface Workflow {
    readonly permissions?: unknown;
    readonly jobs: Readonly<Record<string, { readonly permissions?: Record<string, string>; readonly steps?: Step[] }>>;
  }
  interface Step {
    readonly uses?: string;
    readonly with?: Record<string, unknown>;
    readonly run?: string;
  }

  test("may do no more than it must", async () => {
    const { permissions, jobs } = parse(await readFile(join(folder, file), "utf8")) as Workflow;
    expect(permissions === "read-all" || JSON.stringify(permissions) === '{"contents":"read"}').toBe(true);
    const granted = Object.values(jobs).flatMap((job) => Object.keys(job.permissions ?? {}));
    const expected: Record<string, readonly string[]> = {
      "release.yml": ["contents", "packages", "id-token"],
      "scorecard.yml": ["security-events", "id-token"],
    };
    expect(granted).toEqual(expected[file] ?? []);
  });

  test("runs actions of one commit, leaves no token behind, and puts no outside text into scripts", async () => {
    const text = await readFile(join(folder, file), "utf8");
    const { jobs } = parse(text) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.filter((uses) => !/@[0-9a-f]{40}$/.test(uses) && !byTag.includes(uses))).toEqual([]);
    for (const uses of used.filter((each) => !byTag.includes(each))) {
      expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+$`, "m"));
    }
    for (const { uses, with: values } of steps) {
      if (uses?.startsWith("actions/checkout@")) expect(values).toMatchObject({ "persist-credentials": false });
    }
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });
});

test("CI and the nightly run are those that anybody can run", async () => {
  expect(await readFile(join(folder, "ci.yml"), "utf8")).toContain(" .ci/run");
  expect(await readFile(join(folder, "nightly.yml"), "utf8")).toContain("run: .ci/nightly");
  expect(await readFile(join(folder, "release.yml"), "utf8")).toContain("pnpm@12 release\n");
});
