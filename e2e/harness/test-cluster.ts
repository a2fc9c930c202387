import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { KubernetesBinaries } from "./kubernetes-binaries.ts";
import { type KubeApiserver, startKubeApiserver } from "./start-kube-apiserver.ts";

const size = { storage: "1Gi" };
const accessModes = ["ReadWriteOnce"];
const annotation = "backup.kubernetes.io/deltas";
const manifests = fileURLToPath(new URL("../../deploy/manifests/k8s-snapshots.yaml", import.meta.url));

/** How the API server calls whoever shows a token of the shipped service account. */
export const serviceAccount = "system:serviceaccount:k8s-snapshots:k8s-snapshots";

/** A volume, and where it says that it is. */
export interface TestVolume {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly csi?: { readonly driver: string; readonly volumeHandle: string; readonly fsType?: string };
  readonly hostPath?: { readonly path: string };
  readonly nodeAffinity?: object;
}

/** A real kube-apiserver with what the shipped manifests hold, worked on with kubectl. */
export class TestCluster {
  readonly server: KubeApiserver;
  readonly #kubectl: string;
  readonly #folder: string;
  readonly #administrator: string;

  private constructor(server: KubeApiserver, kubectl: string, folder: string, administrator: string) {
    this.server = server;
    this.#kubectl = kubectl;
    this.#folder = folder;
    this.#administrator = administrator;
  }

  /** @param folder - for files; is left to the caller */
  static async start(binaries: KubernetesBinaries, kubectl: string, folder: string): Promise<TestCluster> {
    const server = await startKubeApiserver(binaries);
    const cluster = new TestCluster(server, kubectl, folder, await server.kubeconfig());
    await cluster.control("apply", "--warnings-as-errors", "--validate=strict", "-f", manifests);
    await cluster.control("wait", "--for=condition=Established", "crd/snapshotrules.k8s-snapshots.elsdoerfer.com");
    return cluster;
  }

  /** Runs kubectl as the administrator. @returns what it printed */
  async control(...words: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(this.#kubectl, ["--kubeconfig", this.#administrator, ...words]);
    return stdout;
  }

  async apply(object: object): Promise<void> {
    const file = join(this.#folder, "object.json");
    await writeFile(file, JSON.stringify(object));
    await this.control("apply", "-f", file);
  }

  /** As `kubectl replace` does: nothing of what was there is kept. */
  async replace(object: object): Promise<void> {
    const file = join(this.#folder, "replacement.json");
    await writeFile(file, JSON.stringify(object));
    await this.control("replace", "-f", file);
  }

  /** Has the API server check an object, which it does not keep. @returns what kubectl printed */
  async dryRun(object: object): Promise<string> {
    const file = join(this.#folder, "checked.json");
    await writeFile(file, JSON.stringify(object));
    return this.control("create", "--dry-run=server", "--warnings-as-errors", "-f", file);
  }

  /** Gives a claim its deltas. */
  async annotate(claim: string, deltas: string): Promise<void> {
    await this.control("annotate", "--overwrite", "pvc", claim, `${annotation}=${deltas}`);
  }

  /** Takes the deltas away from a claim, or from all: `--all`. */
  async removeAnnotation(claim: string): Promise<void> {
    await this.control("annotate", "pvc", claim, `${annotation}-`);
  }

  /** A claim that is bound to a PersistentVolume: what a provisioner and a controller would do. */
  async addVolume(volume: TestVolume): Promise<void> {
    await this.addClaim(volume.name);
    await this.bind(volume);
  }

  /** A claim that waits for its volume. */
  async addClaim(name: string): Promise<void> {
    await this.apply({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace: "default" },
      spec: { accessModes, resources: { requests: size }, storageClassName: "" },
    });
  }

  /** Makes the volume of the claim of that name, and binds the two. */
  async bind({ name, labels = {}, ...source }: TestVolume): Promise<void> {
    const uid = await this.control("get", "pvc", name, "--output", "jsonpath={.metadata.uid}");
    const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "default", name, uid };
    await this.apply({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `pv-${name}`, labels },
      spec: { capacity: size, accessModes, persistentVolumeReclaimPolicy: "Retain", ...source, claimRef },
    });
    const spec = JSON.stringify({ spec: { volumeName: `pv-${name}` } });
    await this.control("patch", "pvc", name, "--type=merge", "-p", spec);
    const status = JSON.stringify({ status: { phase: "Bound" } });
    await this.control("patch", "pvc", name, "--subresource=status", "--type=merge", "-p", status);
  }

  /**
   * The path of a kubeconfig with a token of the shipped role's service account, in its namespace.
   *
   * @param url - by which the API server is reached. Default: its own
   */
  async kubeconfigOfTheRole(url: string = this.server.url): Promise<string> {
    const token = await this.tokenOfTheRole();
    const path = join(this.#folder, `kubeconfig-${new URL(url).port}.json`);
    const { caFile } = this.server;
    await writeKubeconfig(path, { server: url, caFile, user: "k8s-snapshots", token, namespace: "k8s-snapshots" });
    return path;
  }

  /** What the shipped roles allow: `list persistentvolumes`, `get namespaces kube-system`, `create leases`. */
  async grantedToTheRole(): Promise<string[]> {
    const shared = await this.#granted("clusterrole", "k8s-snapshots");
    return [...shared, ...(await this.#granted("role", "k8s-snapshots", "--namespace", "k8s-snapshots"))];
  }

  async #granted(...words: string[]): Promise<string[]> {
    const role = await this.control("get", ...words, "--output", "json");
    const { rules } = JSON.parse(role) as {
      rules: { resources: string[]; resourceNames?: string[]; verbs: string[] }[];
    };
    return rules.flatMap(({ resources, resourceNames = [], verbs }) => {
      const granted = resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`));
      return resourceNames.length === 0
        ? granted
        : granted.flatMap((of) => resourceNames.map((name) => `${of} ${name}`));
    });
  }

  /** A token of the shipped role's service account. */
  async tokenOfTheRole(): Promise<string> {
    return (await this.control("create", "token", "k8s-snapshots", "--namespace", "k8s-snapshots")).trim();
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
