import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { formerDefinition } from "./harness/former-definition.ts";
import { writeKubeconfig } from "./harness/kubeconfig.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { chartFolder, manifestFile } from "./harness/render-manifest.ts";
import { Helm } from "./harness/run-helm.ts";
import { built } from "./harness/start-daemon.ts";
import { type KubeApiserver, startKubeApiserver } from "./harness/start-kube-apiserver.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, helm: program } = inject("programs");
const ready = [kubernetes, kubectl, program].every((one) => one !== undefined);

const namespace = "snapshots";
const definition = "crd/snapshotrules.k8s-snapshots.elsdoerfer.com";
const rule = {
  apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
  kind: "SnapshotRule",
  metadata: { name: "data", namespace: "default" },
  spec: { deltas: "PT2H P1D P7D", persistentVolumeClaim: "data" },
};

/** No controller runs here: nobody makes pods, and `--wait` would wait for ever. */
describe.skipIf(!ready)("a release of the chart, on a real kube-apiserver", () => {
  let folder: string;
  let server: KubeApiserver;
  let kubeconfig: string;
  let helm: Helm;
  let packed: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "helm-"));
    server = await startKubeApiserver(kubernetes as KubernetesBinaries, { users: ["editor", "viewer"] });
    kubeconfig = await server.kubeconfig();
    helm = new Helm(program as string, folder, kubeconfig);
    await helm.run("package", chartFolder, "--destination", folder);
    packed = join(folder, (await readdir(folder)).find((name) => name.endsWith(".tgz")) as string);
  });

  afterAll(async () => {
    await server?.stop();
    await removeFolder(folder);
  });

  afterEach(async () => {
    await helm.run("uninstall", "k8s-snapshots", "--namespace", namespace, "--ignore-not-found");
    await control("delete", definition, "--ignore-not-found");
    await control("delete", "clusterroles,clusterrolebindings", "-l", "app.kubernetes.io/name=k8s-snapshots");
  });

  test("of the packed chart brings all that check looks for, to the account that it makes", async () => {
    await install(packed);
    const said = await helm.run("get", "notes", "k8s-snapshots", "--namespace", namespace);
    expect(said).toContain(`kubectl -n ${namespace} exec deploy/k8s-snapshots -- k8s-snapshots check`);
    await established();
    await waitUntil(
      async () => (await check()).ok,
      () => "check did not find all granted",
    );
    expect((await check()).asked.user).toBe(`system:serviceaccount:${namespace}:k8s-snapshots`);
  });

  test("lets editors of a namespace write its SnapshotRules and viewers see them, by aggregation", async () => {
    await install(packed);
    const bind = (user: string, role: string): Promise<string> =>
      control("create", "rolebinding", user, "--clusterrole", role, "--user", user, "-n", "default");
    await bind("editor", "k8s-snapshots-edit");
    await bind("viewer", "k8s-snapshots-view");
    const may = async (user: string, verb: string): Promise<string> => {
      const words = [
        "auth",
        "can-i",
        verb,
        "snapshotrules.k8s-snapshots.elsdoerfer.com",
        "-n",
        "default",
        "--as",
        user,
      ];
      return (await control(...words).catch((error: { stdout: string }) => error.stdout)).trim();
    };
    await waitUntil(
      async () => (await may("editor", "create")) === "yes" && (await may("viewer", "list")) === "yes",
      () => "the roles did not take effect",
    );
    expect(await may("viewer", "create")).toBe("no");
    // What a controller adds to the roles that Kubernetes comes with, by these labels.
    for (const [name, roles] of [
      ["k8s-snapshots-edit", ["admin", "edit"]],
      ["k8s-snapshots-view", ["view"]],
    ] as const) {
      const { labels } = (await read(`clusterrole/${name}`)).metadata;
      for (const role of roles) expect(labels[`rbac.authorization.k8s.io/aggregate-to-${role}`]).toBe("true");
    }
  });

  test("upgrades the definition of SnapshotRules, and keeps the rules", async () => {
    await install(await formerChart());
    await established();
    await apply(rule);
    expect(JSON.stringify(await read(definition))).not.toContain("confirmDeltas");

    await helm.run("upgrade", "k8s-snapshots", packed, "--namespace", namespace, "--set", "image.tag=v2");
    expect(JSON.stringify(await read(definition))).toContain("confirmDeltas");
    expect(await read("snapshotrule/data", "default")).toMatchObject(rule);
    const { spec } = await read("deployment/k8s-snapshots", namespace);
    expect(spec.template.spec.containers[0].image).toBe("k8s-snapshots:v2");
    const history = await helm.run("history", "k8s-snapshots", "--namespace", namespace, "--output", "json");
    expect(JSON.parse(history)).toHaveLength(2);
  });

  test("leaves the definition and the rules when it is uninstalled, nothing else, and finds them again", async () => {
    await install(packed);
    await established();
    await apply(rule);
    await helm.run("uninstall", "k8s-snapshots", "--namespace", namespace);
    expect(await objectsOfTheRelease()).toEqual([
      "customresourcedefinition.apiextensions.k8s.io/snapshotrules.k8s-snapshots.elsdoerfer.com",
    ]);
    expect(await read("snapshotrule/data", "default")).toMatchObject(rule);

    await install(packed);
    expect(await read("snapshotrule/data", "default")).toMatchObject(rule);
  });

  test("leaves the definition where a later version does not bring it any more", async () => {
    await install(packed);
    await established();
    await apply(rule);
    await helm.run("upgrade", "k8s-snapshots", packed, "--namespace", namespace, "--set", "crds.install=false");
    expect(await read("snapshotrule/data", "default")).toMatchObject(rule);
  });

  test("is installed, upgraded and uninstalled by the commands of the chart's README", async () => {
    const readme = await readFile(join(chartFolder, "README.md"), "utf8");
    const commands = [...readme.matchAll(/^```sh\n(helm .*?)^```$/gms)].map(([, block = ""]) => block);
    const statuses = [];
    for (const block of commands) {
      const [, verb = "", ...words] = block.replaceAll("\\\n", " ").trim().replaceAll("'", "").split(/\s+/);
      statuses.push(await helm.run(verb, ...words.map((word) => (word.startsWith("deploy/") ? chartFolder : word))));
    }
    expect(statuses).toEqual([
      expect.stringMatching(/STATUS: deployed\nREVISION: 1\n/),
      expect.stringMatching(/STATUS: deployed\nREVISION: 2\n/),
      expect.stringContaining('release "k8s-snapshots" uninstalled'),
    ]);
  });

  test("takes the definition along when it is uninstalled, where crds.keep is false", async () => {
    await install(packed, "--set", "crds.keep=false");
    await helm.run("uninstall", "k8s-snapshots", "--namespace", namespace);
    expect(await objectsOfTheRelease()).toEqual([]);
  });

  test("takes over what the plain manifests have made", async () => {
    await control("apply", "-f", manifestFile);
    await established();
    await apply(rule);
    const words = ["install", "k8s-snapshots", packed, "--namespace", "k8s-snapshots"];
    await expect(helm.run(...words)).rejects.toThrow(/invalid ownership metadata/);
    await helm.run(...words, "--take-ownership");
    expect(await read("snapshotrule/data", "default")).toMatchObject(rule);
    const { metadata } = await read("deployment/k8s-snapshots", "k8s-snapshots");
    expect(metadata.labels["app.kubernetes.io/managed-by"]).toBe("Helm");
    await helm.run("uninstall", "k8s-snapshots", "--namespace", "k8s-snapshots");
  });

  test("takes over the Python daemon's definition of SnapshotRules, with its rules", async () => {
    await apply(formerDefinition);
    await established();
    await apply(rule);
    await install(packed, "--take-ownership");
    const { openAPIV3Schema } = (await read(definition)).spec.versions[0].schema;
    expect(openAPIV3Schema).not.toHaveProperty("x-kubernetes-preserve-unknown-fields");
    expect(openAPIV3Schema.required).toEqual(["spec"]);
    expect(await read("snapshotrule/data", "default")).toMatchObject(rule);
  });

  test("has only the files that a release needs", async () => {
    const { stdout } = await promisify(execFile)("tar", ["-tzf", packed]);
    const files = stdout.trim().split("\n");
    expect(files).toEqual(expect.arrayContaining(["k8s-snapshots/values.schema.json", "k8s-snapshots/README.md"]));
    expect(files.filter((file) => !/^k8s-snapshots\/(?:[^/]+|templates\/[^/]+|files\/[^/]+)$/.test(file))).toEqual([]);
  });

  async function install(chart: string, ...words: string[]): Promise<void> {
    await helm.run("install", "k8s-snapshots", chart, "--namespace", namespace, "--create-namespace", ...words);
  }

  /** The chart as an older release might have had it: SnapshotRules without a field. */
  async function formerChart(): Promise<string> {
    const former = join(folder, "former");
    await cp(chartFolder, former, { recursive: true });
    const file = join(former, "files", "snapshotrules.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/^ {16}confirmDeltas:\n(?: {18}.*\n)+/m, ""));
    return former;
  }

  async function established(): Promise<void> {
    await control("wait", "--for=condition=Established", definition);
    await waitUntil(
      async () => (await control("get", "snapshotrules", "-A")) !== undefined,
      () => "SnapshotRules are not served",
    );
  }

  async function objectsOfTheRelease(): Promise<string[]> {
    const kinds = [
      ...["deployments", "services", "serviceaccounts", "networkpolicies", "configmaps", "clusterroles"],
      ...["clusterrolebindings", "customresourcedefinitions"],
    ];
    const label = "app.kubernetes.io/instance=k8s-snapshots";
    const found = await control("get", kinds.join(), "-A", "-l", label, "--output", "name");
    return found.split("\n").filter((line) => line !== "");
  }

  interface Report {
    readonly ok: boolean;
    readonly asked: { readonly user?: string };
  }

  async function check(): Promise<Report> {
    const token = (await control("create", "token", "k8s-snapshots", "-n", namespace)).trim();
    const path = join(folder, "account.json");
    const { url, caFile } = server;
    await writeKubeconfig(path, { server: url, caFile, user: "k8s-snapshots", token, namespace });
    const env = { PATH: process.env["PATH"] ?? "", KUBE_CONFIG_FILE: path };
    const words = [built, "check", "--output", "json", "--backends", "local"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env }).catch(
      (error: { stdout: string }) => error,
    );
    return JSON.parse(stdout) as Report;
  }

  // biome-ignore lint/suspicious/noExplicitAny: of many kinds
  async function read(name: string, of?: string): Promise<any> {
    return JSON.parse(await control("get", name, ...(of === undefined ? [] : ["-n", of]), "--output", "json"));
  }

  async function apply(object: object): Promise<void> {
    const file = join(folder, "object.json");
    await writeFile(file, JSON.stringify(object));
    await control("apply", "-f", file);
  }

  async function control(...words: string[]): Promise<string> {
    const cache = ["--kubeconfig", kubeconfig, "--cache-dir", join(folder, "cache")];
    const { stdout } = await promisify(execFile)(kubectl as string, [...cache, ...words]);
    return stdout;
  }
});
