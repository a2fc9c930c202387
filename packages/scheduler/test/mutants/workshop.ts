import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Exploration, FEW_STATES, findersOf, type Mutant, type Test } from "./mutant.ts";

const packageFolder = resolve(import.meta.dirname, "../..");
const workspace = resolve(packageFolder, "../..");

/** Ten times and more what the slowest takes on a quiet machine; a mutant may loop for ever. */
const LIMIT_MS = 300_000;

/** What came of running a test or an exploration. */
export interface Outcome {
  /** Names of the tests that passed. */
  readonly passed: readonly string[];

  /** Names of the tests that failed, or the invariant that was broken. */
  readonly failed: readonly string[];

  /** It neither passed nor failed as a test does: the reason. */
  readonly broken: string | undefined;
}

/** A copy of the package that can be changed and tested; imports of other packages resolve as in the original. */
export class Workshop implements AsyncDisposable {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(): Promise<Workshop> {
    const root = await mkdtemp(join(tmpdir(), "k8s-snapshots-mutants-"));
    const copy = join(root, "packages/scheduler");
    await mkdir(copy, { recursive: true });
    for (const part of ["src", "test", "package.json", "vitest.config.ts"]) {
      await cp(join(packageFolder, part), join(copy, part), { recursive: true });
    }
    await cp(join(workspace, "vitest.base.ts"), join(root, "vitest.base.ts"));
    await writeFile(join(root, "package.json"), `{"type": "module"}`);
    for (const shared of ["node_modules", "test-support"]) await symlink(join(workspace, shared), join(root, shared));
    await symlink(join(packageFolder, "node_modules"), join(copy, "node_modules"));
    return new Workshop(root);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  /** The folder of the package in the copy. */
  get folder(): string {
    return join(this.#root, "packages/scheduler");
  }

  /** Applies a mutant and runs all that must find it. */
  try(mutant: Mutant): Promise<readonly Outcome[]> {
    return this.with(mutant, async () => {
      const outcomes: Outcome[] = [];
      for (const finder of findersOf(mutant)) {
        outcomes.push("test" in finder ? await this.test(finder) : await this.explore(finder));
      }
      return outcomes;
    });
  }

  /** Applies a mutant, does some work, and puts the original back. */
  async with<R>({ file, search, replace }: Mutant, work: () => Promise<R>): Promise<R> {
    const path = join(this.folder, "src", file);
    const original = await readFile(path, "utf8");
    await writeFile(path, replaceOnce(original, search, replace));
    try {
      return await work();
    } finally {
      await writeFile(path, original);
    }
  }

  async test({ test, name }: Pick<Test, "test"> & { readonly name: string | readonly string[] }): Promise<Outcome> {
    const pattern = [name].flat().map(patternOf).join("|");
    const report = join(this.#root, "report.json");
    await rm(report, { force: true });
    const args = ["run", "--no-color", "--reporter=json", `--outputFile=${report}`, test, "-t", pattern];
    const { output } = await this.#run(join(workspace, "node_modules/.bin/vitest"), args);
    const text = await readFile(report, "utf8").catch(() => undefined);
    if (text === undefined) return { passed: [], failed: [], broken: `no report: ${output.slice(-500)}` };
    const { testResults } = JSON.parse(text) as Report;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const named = (wanted: string): string[] =>
      results.filter(({ status }) => status === wanted).map(({ fullName }) => fullName);
    const unloaded = testResults.find((file) => file.status === "failed" && file.assertionResults.length === 0);
    const misspelt = results.flatMap(({ failureMessages }) => failureMessages).find(isMisspelling);
    return { passed: named("passed"), failed: named("failed"), broken: unloaded?.message ?? misspelt };
  }

  async explore({ exploration, states = FEW_STATES }: Exploration): Promise<Outcome> {
    const script = join(this.folder, "test/mutants/explore-setup.ts");
    const args = ["--conditions=@k8s-snapshots/source", script, exploration, String(states)];
    const { code, output } = await this.#run(process.execPath, args);
    const found = /^\{"invariant":.*$/m.exec(output)?.[0];
    if (code === 0) return { passed: [exploration], failed: [], broken: undefined };
    if (found === undefined) return { passed: [], failed: [], broken: output.slice(-500) };
    const { invariant, life, walked } = JSON.parse(found) as Found;
    const met = `${invariant} (${exploration}, ${walked} states: ${life.join(", ")})`;
    return { passed: [], failed: [met], broken: undefined };
  }

  #run(command: string, args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    return new Promise((done, reject) => {
      const env = { ...process.env, CI: "true", NODE_OPTIONS: "" };
      const child = spawn(command, args, {
        cwd: this.folder,
        env,
        stdio: ["ignore", "pipe", "pipe"],
        timeout: LIMIT_MS,
      });
      let output = "";
      const onData = (chunk: Buffer): void => {
        output += chunk;
      };
      for (const stream of [child.stdout, child.stderr]) stream.on("data", onData);
      child.once("error", reject);
      child.once("close", (code) => done({ code, output }));
    });
  }
}

/** What `explore-setup.ts` prints. */
interface Found {
  readonly invariant: string;
  readonly life: readonly string[];
  readonly walked: number;
}

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** @throws {RangeError} unless the text occurs exactly once */
export function replaceOnce(text: string, search: string, replace: string): string {
  const count = text.split(search).length - 1;
  if (count !== 1) throw new RangeError(`the text occurs ${count} times, not once: ${JSON.stringify(search)}`);
  return text.replace(search, () => replace);
}

/** Below `src`, without a copy: the text of a file as it is. */
export function sourceOf(file: string): Promise<string> {
  return readFile(join(packageFolder, "src", file), "utf8");
}

/** Below the workspace: writes a file and the folders to it. */
export async function writeBelowWorkspace(file: string, text: string): Promise<void> {
  const path = join(workspace, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** A mutant that names what does not exist proves nothing. */
function isMisspelling(why: string): boolean {
  return /^(ReferenceError|SyntaxError)|TypeError: .* is not a function/.test(why);
}

/** Reports join the names of a suite and a test with a blank; `-t` looks at them with an arrow between. */
function patternOf(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", " (?:> )?");
}
