import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLUSTER_LABEL } from "@k8s-snapshots/backend-api";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";
import { writeLocalHistory } from "../../test/local-history.ts";
import { startDemoCluster, writeKubeconfig } from "../demo/demo-cluster.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let folder: string;
let snapshots: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;

const resources = [
  { group: "apps", version: "v1", plural: "deployments", kind: "Deployment", namespaced: true },
  { group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount", namespaced: true },
];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "migrate-"));
  snapshots = join(folder, "snapshots");
  for (const name of ["snapshots", "data", "logs"]) await mkdir(join(folder, name));
  cluster = await startDemoCluster(
    [
      { name: "data", path: join(folder, "data"), deltas: "P1D P7D", by: "annotation" },
      { name: "logs", path: join(folder, "logs"), deltas: "P1D P7D", by: "SnapshotRule" },
    ],
    { resources },
  );
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    LOCAL_SNAPSHOT_DIRECTORY: snapshots,
    LOCAL_ROOTS: folder,
  };
});

afterEach(async () => {
  await cluster.close();
  await removeFolder(folder);
});

it("rule 11: takes over what the Python daemon made, says when what goes, and changes nothing", async () => {
  deploy({});
  await history("data", 20);
  const before = await readdir(join(snapshots, "snapshots"));
  const { code, output, errors } = await migrate("--output", "json");
  expect(errors).toMatch(/^Reading Deployment kube-system\/k8s-snapshots of \S+, context demo of /);
  const { disks, decisions } = JSON.parse(output) as Answer;
  expect(decisions).toEqual([]);
  expect(code).toBe(0);
  const disk = disks.find(({ rule }) => rule === "PersistentVolumeClaim/default/data");
  const fates = Map.groupBy(disk?.snapshots ?? [], ({ fate }) => fate);
  expect([fates.get("kept")?.length, fates.get("goes")?.length]).toEqual([8, 12]);
  for (const { goesAt } of fates.get("goes") ?? []) {
    expect(Date.parse(goesAt as string)).toBeGreaterThan(Date.now() + 46 * HOUR);
  }
  expect(await readdir(join(snapshots, "snapshots"))).toEqual(before);
  const verbs = new Set(cluster.requests.list().map(({ verb }) => verb));
  expect([...verbs].sort()).toEqual(["get", "watch"]);
});

it("rule 11: of a disk that has another cluster's, what nobody marked is left alone, and that is to be decided", async () => {
  deploy({});
  await history("data", 3);
  await history("data", 2, { [CLUSTER_LABEL]: "another" }, 12 * HOUR);
  const { code, output } = await migrate("--output", "json");
  const { disks, decisions } = JSON.parse(output) as Answer;
  const disk = disks.find(({ rule }) => rule === "PersistentVolumeClaim/default/data");
  expect(disk?.snapshots.map(({ fate }) => fate)).toEqual(Array(5).fill("left-alone"));
  expect(decisions).toEqual([expect.objectContaining({ about: "PersistentVolumeClaim/default/data" })]);
  expect(code).toBe(1);

  const decided = await migrate("--output", "json", "--cluster-id-former", "another");
  const taken = JSON.parse(decided.output) as Answer;
  expect(decided.code).toBe(0);
  const fates = taken.disks.flatMap(({ snapshots: all }) => all.map(({ fate }) => fate));
  expect(fates).toHaveLength(5);
  expect(fates).not.toContain("left-alone");
  expect(taken.values).toMatchObject({ settings: { clusterIdFormer: ["another"] } });
});

it("plans with the settings that the Deployment has: another author's label finds other snapshots", async () => {
  deploy({ SNAPSHOT_AUTHOR_LABEL: "somebody-else" });
  await history("data", 5);
  const { output } = await migrate();
  expect(output).toMatch(
    /default\/data \(P1D P7D\): local local \S+\n {4}0 taken over: 0 stay, 0 go\n {4}next one at once/,
  );
});

it("reads ConfigMaps and the account's role, and leaves Secrets alone", async () => {
  cluster.store.create("configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "backup", namespace: "kube-system" },
    data: { LOG_LEVEL: "DEBUG", zone: "x" },
  });
  cluster.store.create("serviceaccounts", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: "snapshots",
      namespace: "kube-system",
      annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/snapshots" },
    },
  });
  deploy(
    {},
    {
      envFrom: [{ configMapRef: { name: "backup" } }, { secretRef: { name: "more" } }],
      env: [{ name: "SNAPSHOT_AUTHOR_LABEL", valueFrom: { secretKeyRef: { name: "more", key: "label" } } }],
    },
    { serviceAccountName: "snapshots" },
  );
  const { output, code } = await migrate("--output", "json");
  const { values, decisions, steps } = JSON.parse(output) as Answer;
  expect(values).toMatchObject({
    settings: { logLevel: "DEBUG" },
    cloud: { aws: { roleArn: "arn:aws:iam::1:role/snapshots" } },
    extraEnvFrom: [{ secretRef: { name: "more" } }],
  });
  expect(decisions).toEqual([expect.objectContaining({ about: "SNAPSHOT_AUTHOR_LABEL" })]);
  expect(code).toBe(1);
  expect(steps.flatMap(({ commands }) => commands).join()).toContain("get secret more");
  expect(cluster.requests.list().some(({ path }) => path.includes("/secrets"))).toBe(false);

  const { code: decided } = await migrate("--snapshot-author-label", "k8s-snapshots");
  expect(decided).toBe(0);
});

it("has what the values name copied, and makes what stands in the Deployment itself", async () => {
  const volumes = [{ name: "kubeconfig", secret: { secretName: "kubeconfig" } }];
  const volumeMounts = [{ name: "kubeconfig", mountPath: "/etc/kube" }];
  deploy(
    { KUBE_CONFIG_FILE: "/etc/kube/config", DIGITALOCEAN_ACCESS_TOKEN: "do-not-print" },
    { volumeMounts },
    { volumes },
  );
  const { output } = await migrate("--output", "json");
  expect(output).not.toContain("do-not-print");
  const { steps, values } = JSON.parse(output) as Answer;
  expect(values).toEqual({
    settings: { kubeConfigFile: "/etc/kube/config" },
    cloud: { digitalocean: { secretName: "digitalocean" } },
    extraVolumes: volumes,
    extraVolumeMounts: volumeMounts,
  });
  const commands = steps.flatMap((step) => step.commands).filter((command) => command.includes("secret"));
  expect(commands).toEqual([
    expect.stringContaining("create secret generic digitalocean"),
    expect.stringContaining("--namespace kube-system get secret kubeconfig --output yaml | sed"),
  ]);
});

it("version 0.1, whose name the new one takes: is removed before, and what it names stays where it is", async () => {
  const namespace = "k8s-snapshots";
  cluster.store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const env = [{ name: "AWS_SECRET_ACCESS_KEY", valueFrom: { secretKeyRef: { name: "aws", key: "secret-key" } } }];
  deploy({}, { env, envFrom: [{ secretRef: { name: "more" } }] }, {}, { namespace, name: "k8s-snapshots" });
  const { output } = await migrate("--namespace", namespace, "--output", "json");
  const commands = (JSON.parse(output) as Answer).steps.flatMap((step) => step.commands);
  expect(commands.filter((command) => /create namespace|scale|secret more/.test(command))).toEqual([]);
  expect(commands).toContain("kubectl --namespace k8s-snapshots delete deployment k8s-snapshots");
  expect(commands).toContainEqual(
    expect.stringMatching(/create secret generic aws .*--dry-run=client --output yaml \| kubectl apply -f -$/s),
  );
});

it("works where there is no definition of SnapshotRules yet, and has none replaced", async () => {
  deploy({});
  cluster.store.delete("customresourcedefinitions.apiextensions.k8s.io", {
    name: "snapshotrules.k8s-snapshots.elsdoerfer.com",
  });
  const { code, output, errors } = await migrate("--output", "json");
  expect(errors).not.toContain("cannot");
  expect(code).toBe(0);
  const { disks, steps } = JSON.parse(output) as Answer;
  expect(disks.map(({ rule }) => rule)).toEqual(["PersistentVolumeClaim/default/data"]);
  expect(steps.flatMap(({ commands }) => commands).join()).not.toContain("kubectl replace");
});

it("says where else one looks like it, where there is none of that name", async () => {
  deploy({}, {}, {}, { namespace: "default", name: "snapshots" });
  const { code, errors } = await migrate();
  expect(errors).toContain(
    "there is no Deployment kube-system/k8s-snapshots: default/snapshots looks like it; name it",
  );
  expect(code).toBe(1);
  expect((await migrate("-n", "default", "--deployment", "snapshots")).code).toBe(0);
});

it("exits with 1 if snapshots cannot be listed, and says so", async () => {
  deploy({});
  await removeFolder(snapshots);
  const { code, output } = await migrate();
  expect(output).toMatch(/^ {2}! local local: it could not be listed: /m);
  expect(code).toBe(1);
});

interface Answer {
  readonly decisions: readonly { readonly about: string }[];
  readonly values: object;
  readonly steps: readonly { readonly commands: readonly string[] }[];
  readonly disks: readonly {
    readonly rule: string | null;
    readonly snapshots: readonly { readonly fate: string; readonly goesAt: string | null }[];
  }[];
}

function deploy(
  variables: Readonly<Record<string, string>>,
  container: object = {},
  pod: object = {},
  metadata: { readonly namespace: string; readonly name: string } = { namespace: "kube-system", name: "k8s-snapshots" },
): void {
  cluster.store.create("deployments.apps", {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 1,
      template: {
        spec: {
          containers: [
            {
              name: "k8s-snapshots",
              image: "elsdoerfer/k8s-snapshots:v2.0",
              env: Object.entries(variables).map(([name, value]) => ({ name, value })),
              ...container,
            },
          ],
          ...pod,
        },
      },
    },
  });
}

/** As the Python daemon took them, one a day, the newest an hour old. */
async function history(
  name: string,
  count: number,
  labels: Readonly<Record<string, string>> = {},
  age: number = HOUR,
): Promise<void> {
  const newest = Math.floor(Date.now() / 1_000) * 1_000 - age;
  const dates = Array.from({ length: count }, (_, index) => new Date(newest - index * DAY));
  await writeLocalHistory({
    folder: snapshots,
    path: join(folder, name),
    cluster,
    schedule: "P1D P7D",
    dates,
    labels,
    isFormer: true,
  });
}

function migrate(...args: string[]): Promise<CapturedCommand> {
  return captureCommand(["migrate", ...args], environment);
}
