import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { formerDefinition } from "./harness/former-definition.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import {
  type AwsCli,
  createEc2Volume,
  createFormerSnapshot,
  type Ec2Snapshot,
  ec2SnapshotsOf,
  motoCredentials,
} from "./harness/run-aws.ts";
import { built, Daemon } from "./harness/start-daemon.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, aws, motoServer } = inject("programs");
const region = "eu-west-1";
const ready = kubernetes !== undefined && kubectl !== undefined && aws !== undefined && motoServer !== undefined;

interface Migration {
  readonly decisions: readonly { readonly about: string }[];
  readonly disks: readonly {
    readonly rule: string;
    readonly disk: string;
    readonly isDue: boolean;
    readonly snapshots: readonly { readonly id: string; readonly fate: string; readonly goesAt: string | null }[];
  }[];
}

/** One cluster, moved to this daemon, back, and here again; the tests build on each other. */
describe.skipIf(!ready)("a move from the Python daemon, on a real kube-apiserver and moto", () => {
  let folder: string;
  let cluster: TestCluster;
  let moto: Moto;
  let cli: AwsCli;
  let access: Record<string, string>;
  let settings: Record<string, string>;
  const daemons: Daemon[] = [];

  /** Volumes: of a claim, and of a rule that names the disk; both with snapshots. */
  const disks = { data: "", mysql: "" };
  let before: readonly Ec2Snapshot[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "migrate-"));
    [cluster, moto] = await Promise.all([
      TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder),
      startMoto(motoServer as string),
    ]);
    cli = { program: aws as string, url: moto.url, region };
    access = {
      ...motoCredentials,
      AWS_ENDPOINT_URL_EC2: moto.url,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: moto.url,
      KUBE_CONFIG_FILE: await cluster.server.kubeconfig(),
    };
    await cluster.replace(formerDefinition);
    await cluster.apply(formerDeployment);
    for (const name of ["data", "mysql"] as const) disks[name] = await createEc2Volume(cli);
    const csi = { driver: "ebs.csi.aws.com", volumeHandle: disks.data };
    await cluster.addVolume({ name: "data", csi, labels: { "topology.kubernetes.io/region": region } });
    await cluster.annotate("data", "PT1H PT6H");
    await cluster.apply({
      apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
      kind: "SnapshotRule",
      metadata: { name: "mysql", namespace: "default" },
      spec: { deltas: "PT1H PT6H", backend: "aws", disk: { region, volumeId: disks.mysql } },
    });
    for (let index = 0; index < 4; index++) {
      await createFormerSnapshot(cli, disks.data, `pvc-data-28112${index}-120000`);
      await createFormerSnapshot(cli, disks.mysql, `rule-mysql-28112${index}-120000`);
    }
    before = await allSnapshots();
  });

  afterAll(async () => {
    for (const daemon of daemons) await daemon.stop("SIGKILL");
    await moto?.stop();
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("migrate says what has to be decided, and with it decided what becomes of each snapshot", async () => {
    const undecided = await migrate();
    expect(undecided.code).toBe(1);
    expect((JSON.parse(undecided.output) as Migration).decisions.map(({ about }) => about)).toEqual([
      "SnapshotRule/default/mysql",
    ]);

    const { code, output } = await migrate(...trusted);
    const migration = JSON.parse(output) as Migration;
    expect(migration.decisions).toEqual([]);
    expect(code).toBe(0);
    expect(migration.disks.map(({ rule, disk, isDue }) => [rule, disk, isDue])).toEqual([
      ["PersistentVolumeClaim/default/data", disks.data, false],
      ["SnapshotRule/default/mysql", disks.mysql, false],
    ]);
    const said = migration.disks.flatMap(({ snapshots }) => snapshots.map(({ id }) => id));
    expect(said.sort()).toEqual(before.map(({ SnapshotId }) => SnapshotId).sort());
    expect(await allSnapshots()).toEqual(before);
  });

  test("the API server takes what it prints, and kubectl builds it", async () => {
    const { output } = await migrate(...trusted, "--output", "kustomization");
    await writeFile(join(folder, "kustomization.yaml"), output);
    await promisify(execFile)("cp", [join(built, "../../../../deploy/manifests/k8s-snapshots.yaml"), folder]);
    await cluster.control("apply", "--kustomize", folder);
    const path = "jsonpath={.spec.template.spec.containers[0].env}";
    const env = await cluster.control("get", "deployment", "k8s-snapshots", "-n", "k8s-snapshots", "-o", path);
    settings = Object.fromEntries(
      (JSON.parse(env) as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    expect(settings).toEqual({
      AWS_REGION: region,
      LOG_LEVEL: "INFO",
      TRUSTED_NAMESPACES: "kube-system,default",
      USE_CLAIM_NAME: "true",
    });
    const values = parse((await migrate(...trusted, "--output", "values")).output) as { settings: object };
    expect(values.settings).toEqual({
      useClaimName: true,
      logLevel: "INFO",
      trustedNamespaces: ["kube-system", "default"],
    });
  });

  test("the daemon with what was printed takes over each snapshot: none is lost, none is taken twice", async () => {
    await cluster.control("scale", "deployment", "k8s-snapshots", "-n", "kube-system", "--replicas", "0");
    const fresh = await withOwnDisk("fresh");
    const daemon = start();
    // What has none gets its first one: by then the list has shown all others.
    await until(daemon, async () => (await ec2SnapshotsOf(cli, fresh)).length === 1, "a first snapshot");
    expect(await allSnapshots()).toEqual(before);
    await daemon.stop();

    const again = start();
    const second = await withOwnDisk("second");
    await until(
      again,
      async () => (await ec2SnapshotsOf(cli, second)).length === 1,
      "a first snapshot after the restart",
    );
    expect(await allSnapshots()).toEqual(before);
    expect(await ec2SnapshotsOf(cli, fresh)).toHaveLength(1);
    await again.stop();
  });

  test("and back: the former daemon finds ours by the label, and what it makes meanwhile is taken over again", async () => {
    const ours = (await ec2SnapshotsOf(cli, await diskOf("fresh")))[0] as Ec2Snapshot;
    expect(ours.Tags).toContainEqual({ Key: "created-by", Value: "k8s-snapshots" });
    expect(ours.Description).toMatch(/^pvc-fresh-\d{6}-\d{6}$/);
    const meanwhile = await createFormerSnapshot(cli, disks.data, "pvc-data-281199-120000");
    const migration = JSON.parse((await migrate(...trusted)).output) as Migration;
    const data = migration.disks.find(({ disk }) => disk === disks.data);
    expect(data?.snapshots.find(({ id }) => id === meanwhile)?.fate).toBe("kept");

    const count = (await allSnapshots()).length;
    const daemon = start();
    const third = await withOwnDisk("third");
    await until(daemon, async () => (await ec2SnapshotsOf(cli, third)).length === 1, "a first snapshot");
    expect(await allSnapshots()).toHaveLength(count);
    await daemon.stop();
  });

  const trusted = ["--trusted-namespaces", "kube-system,default"];

  async function migrate(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
    const output = args.includes("--output") ? [] : ["--output", "json"];
    const env = { PATH: process.env["PATH"] ?? "", AWS_EC2_METADATA_DISABLED: "true", ...access };
    const words = [built, "migrate", ...args, ...output];
    try {
      return { code: 0, output: (await promisify(execFile)(process.execPath, words, { env })).stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      if (stdout === "") throw new Error(stderr);
      return { code, output: stdout };
    }
  }

  function start(): Daemon {
    const daemon = new Daemon({ SCHEDULE_CHANGE_GRACE: "PT24H", MIN_INTERVAL: "PT1M", ...access, ...settings });
    daemons.push(daemon);
    return daemon;
  }

  async function withOwnDisk(name: string): Promise<string> {
    const volumeHandle = await createEc2Volume(cli);
    const csi = { driver: "ebs.csi.aws.com", volumeHandle };
    await cluster.addVolume({ name, csi, labels: { "topology.kubernetes.io/region": region } });
    await cluster.annotate(name, "PT1H PT6H");
    return volumeHandle;
  }

  async function diskOf(name: string): Promise<string> {
    return cluster.control("get", "pv", `pv-${name}`, "-o", "jsonpath={.spec.csi.volumeHandle}");
  }

  async function allSnapshots(): Promise<readonly Ec2Snapshot[]> {
    return [...(await ec2SnapshotsOf(cli, disks.data)), ...(await ec2SnapshotsOf(cli, disks.mysql))];
  }

  async function until(daemon: Daemon, isTrue: () => Promise<boolean>, what: string): Promise<void> {
    await waitUntil(isTrue, () => `${what} did not come: ${daemon.lastWords}`);
  }
});

/** As the Python daemon's README has it, in the apiVersion that Kubernetes takes today. */
const formerDeployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "k8s-snapshots", namespace: "kube-system" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "k8s-snapshots" } },
    template: {
      metadata: { labels: { app: "k8s-snapshots" } },
      spec: {
        containers: [
          {
            name: "k8s-snapshots",
            image: "elsdoerfer/k8s-snapshots:latest",
            env: [
              { name: "AWS_REGION", value: region },
              { name: "USE_CLAIM_NAME", value: "True" },
              { name: "LOG_LEVEL", value: "INFO" },
            ],
          },
        ],
      },
    },
  },
};
