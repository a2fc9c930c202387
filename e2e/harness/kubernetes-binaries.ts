import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const moduleFolder = join(import.meta.dirname, "..", "kube-apiserver");

/** Where a real API server's two programs are. */
export interface KubernetesBinaries {
  readonly kubeApiserver: string;
  readonly etcd: string;
}

/**
 * A kube-apiserver and an etcd: those of the folder `KUBEBUILDER_ASSETS`, where that is set; else those that were built
 * before, from e2e/kube-apiserver/go.mod, into a cache folder; else they are built now, which takes some six minutes.
 *
 * @returns what to do, if there is no way to have them
 */
export async function findKubernetesBinaries(): Promise<KubernetesBinaries | { missing: string }> {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets) {
    const given = { kubeApiserver: join(assets, "kube-apiserver"), etcd: join(assets, "etcd") };
    return exist(given) ? given : { missing: `KUBEBUILDER_ASSETS is ${assets}, which lacks kube-apiserver or etcd` };
  }
  const version = await readVersion();
  const folder = join(cacheFolder(), `kube-apiserver-${version}`);
  // `go build` names etcd after the last part of its package's path.
  const built = { kubeApiserver: join(folder, "kube-apiserver"), etcd: join(folder, "server") };
  if (exist(built)) return built;
  const failure = await build(version, folder);
  return failure === undefined ? built : { missing: failure };
}

async function readVersion(): Promise<string> {
  const text = await readFile(join(moduleFolder, "go.mod"), "utf8");
  const version = /k8s\.io\/kubernetes v(\S+)/.exec(text)?.[1];
  if (version === undefined) throw new Error(`${moduleFolder}/go.mod names no version of k8s.io/kubernetes`);
  return version;
}

async function build(version: string, folder: string): Promise<string | undefined> {
  try {
    await run("go", ["version"]);
  } catch {
    return "set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd, or install Go 1.26 to have them built";
  }
  await mkdir(cacheFolder(), { recursive: true });
  const output = await mkdtemp(join(cacheFolder(), "building-"));
  const [major, minor] = version.split(".");
  const stamps = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const flags = Object.entries(stamps).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  const packages = ["k8s.io/kubernetes/cmd/kube-apiserver", "go.etcd.io/etcd/server/v3"];
  try {
    process.stderr.write(`building kube-apiserver ${version} and etcd into ${folder}: some six minutes\n`);
    await run("go", ["build", "-trimpath", `-ldflags=-s -w ${flags.join(" ")}`, "-o", `${output}/`, ...packages], {
      cwd: moduleFolder,
      maxBuffer: 1 << 26,
    });
    await rename(output, folder);
  } catch (error) {
    await rm(output, { recursive: true, force: true });
    // Another run may have built it in the meantime.
    if (!existsSync(folder)) return `it could not be built: ${(error as Error).message.slice(0, 500)}`;
  }
  return undefined;
}

function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "k8s-snapshots");
}

function exist({ kubeApiserver, etcd }: KubernetesBinaries): boolean {
  return existsSync(kubeApiserver) && existsSync(etcd);
}
