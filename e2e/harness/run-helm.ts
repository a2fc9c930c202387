import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildWithGo, goBuildFolder } from "./go-build.ts";

const moduleFolder = join(import.meta.dirname, "..", "helm");

/**
 * Helm of the version that e2e/helm/go.mod names, whatever is on the `PATH`: what it prints is compared. It is built where
 * it was not built before.
 *
 * @returns what to do, if there is no way to have it
 */
export async function findHelm(): Promise<{ readonly program: string } | { readonly missing: string }> {
  const goMod = await readFile(join(moduleFolder, "go.mod"), "utf8");
  const version = versionOf("helm.sh/helm/v3", goMod);
  const [, minor] = versionOf("k8s.io/client-go", goMod).split(".");
  const stamps = {
    "internal/version.version": `v${version}`,
    ...{ "pkg/lint/rules.k8sVersionMajor": "1", "pkg/lint/rules.k8sVersionMinor": minor },
    ...{ "pkg/chartutil.k8sVersionMajor": "1", "pkg/chartutil.k8sVersionMinor": minor },
  };
  const flags = Object.entries(stamps).map(([stamp, value]) => `-X helm.sh/helm/v3/${stamp}=${value}`);
  const name = `helm-${version}`;
  const failure = await buildWithGo({
    name,
    moduleFolder,
    packages: ["helm.sh/helm/v3/cmd/helm"],
    linkerFlags: `-s -w ${flags.join(" ")}`,
    takes: "some three minutes",
  });
  return failure === undefined ? { program: join(goBuildFolder(name), "helm") } : { missing: failure };
}

/** Helm with settings of its own: none of the machine's repositories, plugins and clusters. */
export class Helm {
  readonly #program: string;
  readonly #environment: Readonly<Record<string, string>>;

  /** @param folder - for files of its own; is left to the caller */
  constructor(program: string, folder: string, kubeconfig: string = join(folder, "no-kubeconfig")) {
    this.#program = program;
    this.#environment = {
      ...{ HELM_CACHE_HOME: join(folder, "helm-cache"), HELM_CONFIG_HOME: join(folder, "helm-config") },
      ...{ HELM_DATA_HOME: join(folder, "helm-data"), KUBECONFIG: kubeconfig },
      ...{ PATH: process.env["PATH"] ?? "", HOME: folder },
    };
  }

  /** @returns what it printed @throws with what it printed to its errors */
  async run(...words: string[]): Promise<string> {
    const options = { env: this.#environment, maxBuffer: 1 << 26, timeout: 120_000 };
    const { stdout } = await promisify(execFile)(this.#program, words, options);
    return stdout;
  }
}

function versionOf(module: string, goMod: string): string {
  const version = new RegExp(`\\s${module.replaceAll(".", "\\.")} v(\\S+)`).exec(goMod)?.[1];
  if (version === undefined) throw new Error(`${moduleFolder}/go.mod names no version of ${module}`);
  return version;
}
