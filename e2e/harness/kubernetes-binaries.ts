import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildWithGo, goBuildFolder } from "./go-build.ts";

const e2e = join(import.meta.dirname, "..");

/** Where a real API server's two programs are. */
export interface KubernetesBinaries {
  readonly kubeApiserver: string;
  readonly etcd: string;
}

/**
 * A kube-apiserver and an etcd: those of the folder `KUBEBUILDER_ASSETS`, where that is set; else those that were built
 * before, from e2e/kube-apiserver/go.mod, into a cache folder; else they are built now, which takes some six minutes.
 * `KUBERNETES_VERSION=1.37` is e2e/kube-apiserver-1.37 instead.
 *
 * @returns what to do, if there is no way to have them
 */
export async function findKubernetesBinaries(): Promise<KubernetesBinaries | { missing: string }> {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets) {
    const given = { kubeApiserver: join(assets, "kube-apiserver"), etcd: join(assets, "etcd") };
    return exist(given) ? given : { missing: `KUBEBUILDER_ASSETS is ${assets}, which lacks kube-apiserver or etcd` };
  }
  const wanted = process.env["KUBERNETES_VERSION"];
  const moduleFolder = join(e2e, wanted ? `kube-apiserver-${wanted}` : "kube-apiserver");
  if (!existsSync(moduleFolder)) {
    return { missing: `KUBERNETES_VERSION is ${wanted}, and there is no ${moduleFolder}: make-module.sh makes it` };
  }
  const version = await readVersion(moduleFolder);
  const name = `kube-apiserver-${version}`;
  const [major, minor] = version.split(".");
  const stamps = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const flags = Object.entries(stamps).map(([stamp, value]) => `-X k8s.io/component-base/version.${stamp}=${value}`);
  const failure = await buildWithGo({
    name,
    moduleFolder,
    packages: ["k8s.io/kubernetes/cmd/kube-apiserver", "go.etcd.io/etcd/server/v3"],
    linkerFlags: `-s -w ${flags.join(" ")}`,
    takes: "some six minutes",
  });
  if (failure !== undefined) {
    return { missing: `set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd, or: ${failure}` };
  }
  const folder = goBuildFolder(name);
  // `go build` names etcd after the last part of its package's path.
  return { kubeApiserver: join(folder, "kube-apiserver"), etcd: join(folder, "server") };
}

async function readVersion(moduleFolder: string): Promise<string> {
  const text = await readFile(join(moduleFolder, "go.mod"), "utf8");
  const version = /k8s\.io\/kubernetes v(\S+)/.exec(text)?.[1];
  if (version === undefined) throw new Error(`${moduleFolder}/go.mod names no version of k8s.io/kubernetes`);
  return version;
}

function exist({ kubeApiserver, etcd }: KubernetesBinaries): boolean {
  return existsSync(kubeApiserver) && existsSync(etcd);
}
