import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { root } from "../tools/project/root.ts";
import { applyEdit, readEdits } from "./harness/read-edits.ts";

const run = promisify(execFile);
const sections = readEdits(await readFile(join(root, "CONTRIBUTING.md"), "utf8"), "Add a");

/** What git shows as changed afterwards, and a text that a file then has. */
const outcomes: Readonly<Record<string, { readonly changed: readonly string[]; readonly shows: [string, string] }>> = {
  "Add a setting": {
    changed: [
      "apps/daemon/src/settings/settings.ts",
      "deploy/helm/k8s-snapshots/README.md",
      "deploy/helm/k8s-snapshots/values.schema.json",
      "deploy/helm/k8s-snapshots/values.yaml",
      "deploy/manifests/k8s-snapshots.yaml",
      "docs/reference/settings.md",
    ],
    shows: ["docs/reference/settings.md", "| `SITE_NAME` | text | `home` | name of this site in the logs |"],
  },
  "Add an option of a rule": {
    changed: ["packages/k8s-source/src/rules/rule-options.ts", "packages/scheduler/src/rule.ts"],
    shows: ["packages/k8s-source/src/rules/rule-options.ts", "note"],
  },
  "Add a metric": {
    changed: ["apps/daemon/src/observability/metrics.ts", "docs/reference/metrics.md"],
    shows: ["docs/reference/metrics.md", "| `k8s_snapshots_snapshots_requested_total` | counter | backend |"],
  },
  "Add a reason": {
    changed: ["docs/reference/reasons.md", "packages/scheduler/src/planner/reason.ts"],
    shows: ["docs/reference/reasons.md", "| `Paused` | both | info | 9 | somebody paused the disk |"],
  },
  "Add a backend": {
    changed: [
      "apps/daemon/package.json",
      "apps/daemon/src/backends/built-in-backends.ts",
      "docs/reference/settings.md",
      "packages/backend-acme/",
      "pnpm-lock.yaml",
    ],
    shows: ["docs/reference/settings.md", "aws,google,digitalocean,local,acme"],
  },
};

/** In a copy of what is committed, with the edits of the page and the commands that follow them. */
describe("CONTRIBUTING.md tells what to touch", () => {
  let folder: string;
  let copy: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "contributing-"));
    copy = join(folder, "copy");
    const programs = join(folder, "bin");
    await mkdir(programs);
    const pnpm = process.env["npm_execpath"] ?? "pnpm";
    const command = /\.[cm]?js$/.test(pnpm) ? `"${process.execPath}" "${pnpm}"` : `"${pnpm}"`;
    await writeFile(join(programs, "pnpm"), `#!/bin/sh\nexec ${command} "$@"\n`);
    await chmod(join(programs, "pnpm"), 0o755);
    await run("git", ["clone", "--quiet", "--depth=1", `file://${root}`, copy]);
    await shell("pnpm install --frozen-lockfile");
  });

  afterEach(async () => {
    await run("git", ["reset", "--quiet", "--hard"], { cwd: copy });
    await run("git", ["clean", "--quiet", "-fd"], { cwd: copy });
  });

  afterAll(() => removeFolder(folder));

  test("for all that is one place", () => {
    expect([...sections.keys()]).toEqual(Object.keys(outcomes));
  });

  test.each([...sections])("%s", { timeout: 1_200_000 }, async (name, steps) => {
    for (const step of steps) {
      if (step.kind === "run") {
        await shell(step.script);
        continue;
      }
      const file = join(copy, step.path);
      await writeFile(file, applyEdit(await readFile(file, "utf8"), step));
    }
    const { changed, shows } = outcomes[name] as (typeof outcomes)[string];
    const { stdout } = await run("git", ["status", "--porcelain"], { cwd: copy });
    expect(
      stdout
        .split("\n")
        .flatMap((line) => line.slice(3) || [])
        .toSorted(),
    ).toEqual(changed.toSorted());
    expect(await readFile(join(copy, shows[0]), "utf8")).toContain(shows[1]);
    const sources = changed.filter((path) => !/\.(?:md|yaml)$/.test(path));
    await shell(`pnpm exec tsc --noEmit && pnpm exec biome ci --error-on-warnings ${sources.join(" ")}`);
  });

  async function shell(script: string): Promise<void> {
    const environment = Object.entries(process.env).filter(([key]) => !/^(VITEST|NODE_ENV|CI$)/.test(key));
    const path = `${join(folder, "bin")}:${process.env["PATH"]}`;
    try {
      await run("bash", ["-euo", "pipefail", "-c", script], {
        cwd: copy,
        env: { ...Object.fromEntries(environment), PATH: path },
        maxBuffer: 1 << 26,
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`\`${script.trim()}\` failed:\n${stdout}\n${stderr}`);
    }
  }
});
