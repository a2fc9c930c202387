import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { formerDefinition } from "./harness/former-definition.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { type KubeApiserver, startKubeApiserver } from "./harness/start-kube-apiserver.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { warningsIn } from "./harness/warnings-in.ts";

const { kubernetes, kubectl, helm } = inject("programs");
const ready = [kubernetes, kubectl, helm].every((program) => program !== undefined);
const root = fileURLToPath(new URL("..", import.meta.url));
const quickstart = await readFile(join(root, "docs/quickstart.md"), "utf8");
const upgrade = await readFile(join(root, "docs/upgrade.md"), "utf8");
const migrate = await readFile(join(root, "docs/migrate.md"), "utf8");

const ours = "app.kubernetes.io/name=k8s-snapshots";
const definition = "crd/snapshotrules.k8s-snapshots.elsdoerfer.com";
const formerAccount = "system:serviceaccount:kube-system:k8s-snapshots";

/** The commands of the guides, run as they stand there; the tests build on each other. */
describe.skipIf(!ready)("the guides, on a real kube-apiserver", () => {
  let folder: string;
  let server: KubeApiserver;
  let kubeconfig: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "guides-"));
    server = await startKubeApiserver(kubernetes as KubernetesBinaries);
    kubeconfig = await server.kubeconfig();
    for (const object of formerRights) await control("apply", "-f", await fileWith(object));
    for (const object of formerProgram) await control("create", "-f", await fileWith(object));
    await control("wait", "--for=condition=Established", definition);
    await control("apply", "-f", await fileWith(formerRule));
  });

  afterAll(async () => {
    await server?.stop();
    await removeFolder(folder);
  });

  test("the Python daemon is stopped, and the definition of SnapshotRules replaced under its rules", async () => {
    const [stop = "", replace = ""] = blocksUnder(migrate, "Switch over");
    expect(stop).toContain("--replicas 0");
    expect(replace).toContain("k8s-snapshots crd | kubectl replace");
    await shell(stop);
    await shell(replace);

    expect(await replicasOf("kube-system")).toBe("0");
    expect(await control("get", "sr", "mysql", "-o", "jsonpath={.spec}")).toBe(JSON.stringify(formerRule.spec));
    expect(await readFile(join(folder, "snapshotrules-before.yaml"), "utf8")).toContain("name: mysql");
    // The API server describes the new definition a moment after it has it.
    const described = (): Promise<string> => control("explain", "sr.spec.deletionPolicy");
    expect(await vi.waitFor(described, { timeout: 120_000, interval: 250 })).toContain("retain");
  });

  test("the quickstart goes on from there, without a warning", async () => {
    const [command = ""] = /^helm install .*\n.*\/aws-irsa\.yaml$/m.exec(quickstart) ?? [];
    expect(migrate).toContain("Add `--take-ownership` to\n`helm install`");
    const { stdout, stderr } = await shell(`cd ${root}; ${command} --take-ownership`);
    expect(stdout).toContain("STATUS: deployed");
    expect(warningsIn(stderr)).toEqual([]);
    expect(await replicasOf("k8s-snapshots")).toBe("2");
    expect(await replicasOf("kube-system")).toBe("0");
  });

  test("the SnapshotRule of the quickstart is one that the API server takes", async () => {
    const block = blocksUnder(quickstart, "The first snapshot").find((text) => text.includes("kubectl apply")) ?? "";
    const [create = ""] = /kubectl apply -f - <<'RULE'\n.*?\nRULE\n/s.exec(block) ?? [];
    await shell(create.replace("apply", "apply --validate=strict --warnings-as-errors"));
    const { stdout } = await shell("kubectl get sr");
    expect(stdout).toMatch(/^NAME +.*READY.*\n(.*\n)*data /);
  });

  test("an upgrade and its way back leave as many daemons, and the SnapshotRules as they are", async () => {
    const before = await control("get", "sr", "mysql", "-o", "jsonpath={.spec}");
    const [byHelm = "", definition = ""] = blocksUnder(upgrade, "Upgrade");
    // No kubelet runs, so that a rollout never ends.
    const [command = ""] = byHelm.split("kubectl -n k8s-snapshots rollout");
    expect(command).toMatch(/^helm upgrade/);
    expect((await shell(`cd ${root}; ${command}`)).stdout).toContain("REVISION: 2");
    expect(definition).toContain("k8s-snapshots crd |");
    expect((await shell(definition)).stdout).toContain("serverside-applied");
    const [back = ""] = blocksUnder(upgrade, "Back again");
    expect((await shell(back)).stdout).toContain("Rollback was a success");
    expect(await replicasOf("k8s-snapshots")).toBe("2");
    expect(await control("get", "sr", "mysql", "-o", "jsonpath={.spec}")).toBe(before);
  });

  test("on the way back the Python daemon has its rights again, which ours had replaced", async () => {
    await waitUntil(
      async () => !(await mayListVolumes(formerAccount)),
      () => "the binding was not replaced: then nothing has to be put back, and the guide can be shorter",
    );
    const [goBack = ""] = blocksUnder(migrate, "Go back");
    await shell(goBack);
    await waitUntil(
      () => mayListVolumes(formerAccount),
      () => "the Python daemon cannot list volumes",
    );
    expect(await replicasOf("kube-system")).toBe("1");
    expect(await replicasOf("k8s-snapshots")).toBe("0");
    expect(await mayListVolumes("system:serviceaccount:k8s-snapshots:k8s-snapshots")).toBe(true);
  });

  test("what is removed at last is there, the rest goes with the release, and the rules stay", async () => {
    const last = blocksUnder(migrate, "Switch over").at(-1) ?? "";
    expect(last).toContain("delete deployment");
    await shell(last);
    const { stdout } = await shell(blocksUnder(quickstart, "Remove it").join(""));
    expect(stdout).toContain('release "k8s-snapshots" uninstalled');
    const left = await control("get", "deployments,clusterroles,clusterrolebindings", "-A", "-l", ours, "-o", "name");
    expect(left).toBe("");
    expect(await control("get", "sr", "mysql", "-o", "name")).toContain("mysql");
  });

  /** Runs commands as a reader would, in a folder of the test's. The command line is that of the built program. */
  async function shell(commands: string): Promise<{ stdout: string; stderr: string }> {
    const own = `"${process.execPath}" "${join(root, "apps/daemon/dist/main.js")}"`;
    const text = commands.replaceAll("npx --yes pnpm@12 --silent k8s-snapshots", own);
    const homes = Object.fromEntries(["CACHE", "CONFIG", "DATA"].map((kind) => [`HELM_${kind}_HOME`, folder]));
    const path = `${dirname(helm as string)}:${process.env["PATH"]}`;
    const env = { ...process.env, ...homes, PATH: path, KUBECONFIG: kubeconfig };
    return promisify(execFile)("bash", ["-euo", "pipefail", "-c", text], { cwd: folder, env, timeout: 600_000 });
  }

  async function control(...words: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(kubectl as string, ["--kubeconfig", kubeconfig, ...words]);
    return stdout;
  }

  async function fileWith(object: object): Promise<string> {
    const file = join(folder, "object.json");
    await writeFile(file, JSON.stringify(object));
    return file;
  }

  function replicasOf(namespace: string): Promise<string> {
    return control("get", "deployment", "k8s-snapshots", "-n", namespace, "-o", "jsonpath={.spec.replicas}");
  }

  async function mayListVolumes(user: string): Promise<boolean> {
    const answer = control("auth", "can-i", "list", "persistentvolumes", "--as", user);
    return (await answer.catch(({ stdout }: { stdout: string }) => stdout)).trim() === "yes";
  }
});

function blocksUnder(guide: string, heading: string): string[] {
  const section = guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
}

const named = (namespace?: string): object => ({ name: "k8s-snapshots", ...(namespace ? { namespace } : {}) });
const rbac = "rbac.authorization.k8s.io";

/** What people applied for the Python daemon. */
const formerRights: readonly object[] = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: named("kube-system") },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: named(),
    rules: [
      { apiGroups: [""], resources: ["persistentvolumes", "persistentvolumeclaims"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["k8s-snapshots.elsdoerfer.com"], resources: ["snapshotrules"], verbs: ["get", "list", "watch"] },
    ],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: named(),
    roleRef: { apiGroup: rbac, kind: "ClusterRole", ...named() },
    subjects: [{ kind: "ServiceAccount", ...named("kube-system") }],
  },
];

/** What its README had them create, as today's API servers take it. */
const formerProgram: readonly object[] = [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: named("kube-system"),
    spec: {
      selector: { matchLabels: { app: "k8s-snapshots" } },
      template: {
        metadata: { labels: { app: "k8s-snapshots" } },
        spec: { containers: [{ name: "k8s-snapshots", image: "elsdoerfer/k8s-snapshots:latest" }] },
      },
    },
  },
  formerDefinition,
];

const formerRule = {
  apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
  kind: "SnapshotRule",
  metadata: { name: "mysql", namespace: "default" },
  spec: { backend: "aws", deltas: "P1D P30D", disk: { region: "eu-west-1", volumeId: "vol-0aa6f44aad0daf9f2" } },
};
