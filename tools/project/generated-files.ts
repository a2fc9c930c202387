import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { withCommonFields } from "./package-fields.ts";
import { moveAddress, projectAddress } from "./project-address.ts";
import { withChartVersion, withVersion } from "./release-version.ts";
import { readManifest, readWorkspacePackages } from "./workspace-packages.ts";

const run = promisify(execFile);

/** A file that is not as it should be, with what it should hold. */
export interface GeneratedFile {
  /** Below the root. */
  readonly path: string;
  readonly content: string;
}

/** Texts that may name the project's address. */
const texts = ["*.md", "*.yml", "*.yaml", "*.json", "deploy/Dockerfile", "deploy/helm/", ".github/"];

/** Those that name the release: records of the past do not. */
const namesTheRelease = /^(?:README\.md|docs\/[^/]+\.md|deploy\/.+|examples\/[^/]+\/package\.json)$/;

/**
 * The files that differ from what the root's package.json, and the daemon's for the version, ask for. The former address is
 * the one that the packages name.
 *
 * @throws {Error} if the root's `repository` is not one on GitHub
 */
export async function generatedProjectFiles(root: string): Promise<readonly GeneratedFile[]> {
  const today = projectAddress((await readManifest(join(root, "package.json")))["repository"]);
  const packages = await readWorkspacePackages(root);
  const published = packages.filter(({ manifest }) => manifest["repository"] !== undefined);
  const former = projectAddress(published[0]?.manifest["repository"] ?? today.url);
  const { version } = await readManifest(join(root, "apps/daemon/package.json"));
  const manifests = new Map(packages.map((each) => [join(each.folder, "package.json"), withCommonFields(each, today)]));

  const stale: GeneratedFile[] = [];
  for (const path of await textFiles(root)) {
    const text = await readFile(join(root, path), "utf8");
    const manifest = manifests.get(path);
    const content = manifest === undefined ? generated(path, text) : `${JSON.stringify(manifest, undefined, 2)}\n`;
    if (content !== text) stale.push({ path, content });
  }
  return stale;

  function generated(path: string, text: string): string {
    const moved = moveAddress(text, former, today);
    if (path.endsWith("/Chart.yaml")) return withChartVersion(moved, version);
    return namesTheRelease.test(path) ? withVersion(moved, version) : moved;
  }
}

/** What git has or would add. The lock file names other people's projects; the root's package.json is the source. */
async function textFiles(root: string): Promise<string[]> {
  const words = ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ...texts];
  const { stdout } = await run("git", words, { cwd: root, maxBuffer: 1 << 26 });
  const paths = stdout.split("\0").filter((path) => !["", "package.json", "pnpm-lock.yaml"].includes(path));
  // Git still has what was deleted and not committed: changesets, once they are versions.
  return paths.filter((path) => existsSync(join(root, path)));
}
