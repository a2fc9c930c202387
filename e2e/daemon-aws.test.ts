import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { snapshotRuleDefinition } from "@k8s-snapshots/k8s-source";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "./harness/fault-proxy.ts";
import { writeKubeconfig } from "./harness/kubeconfig.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { Daemon } from "./harness/start-daemon.ts";
import { type KubeApiserver, startKubeApiserver } from "./harness/start-kube-apiserver.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, aws, motoServer } = inject("programs");
const run = promisify(execFile);
const region = "eu-west-1";
const annotation = "backup.kubernetes.io/deltas";
const role = fileURLToPath(new URL("../deploy/manifests/rbac.yaml", import.meta.url));
const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "not-a-real-key" };

interface Ec2Snapshot {
  readonly SnapshotId: string;
  readonly VolumeId: string;
  readonly StartTime: string;
  readonly Description: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

const ready = kubernetes !== undefined && kubectl !== undefined && aws !== undefined && motoServer !== undefined;

/** Volumes of one cluster and one daemon; each test has a volume of its own, and the daemon goes on all the time. */
describe.skipIf(!ready)("the daemon on a real kube-apiserver and moto", () => {
  let folder: string;
  let server: KubeApiserver;
  let administrator: string;
  let moto: Moto;
  let proxy: FaultProxy;
  let daemon: Daemon;
  let environment: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "daemon-aws-"));
    [server, moto] = await Promise.all([
      startKubeApiserver(kubernetes as KubernetesBinaries),
      startMoto(motoServer as string),
    ]);
    proxy = await startFaultProxy(moto.url, 100);
    administrator = await server.kubeconfig();
    await apply(snapshotRuleDefinition);
    await control("wait", "--for=condition=Established", "crd/snapshotrules.k8s-snapshots.elsdoerfer.com");
    await control("apply", "-f", role);
    environment = {
      ...credentials,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_EC2: proxy.url,
      KUBE_CONFIG_FILE: await kubeconfigOfTheRole(),
      BACKENDS: "aws",
    };
    daemon = new Daemon(environment);
  });

  afterAll(async () => {
    await daemon?.stop("SIGKILL");
    await proxy?.stop();
    await moto?.stop();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("an annotated claim gets snapshots at the interval, labelled and named, that expire as the rule says", async () => {
    const disk = await volume("data");
    await annotate("data", "PT3S PT6S PT12S");
    await until(async () => (await snapshotsOf(disk)).length >= 3, "three snapshots");

    const snapshots = await snapshotsOf(disk);
    for (const { Description, Tags } of snapshots) {
      expect(Description).toMatch(/^pvc-data-\d{6}-\d{6}$/);
      expect(Tags).toContainEqual({ Key: "created-by", Value: "k8s-snapshots" });
    }
    const first = snapshots[0]?.SnapshotId;
    const gaps = snapshots.slice(1).map(({ StartTime }, index) => {
      return Date.parse(StartTime) - Date.parse(snapshots[index]?.StartTime as string);
    });
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(2_000);

    await until(
      async () => !(await snapshotsOf(disk)).some(({ SnapshotId }) => SnapshotId === first),
      "the first to expire",
    );
    expect((await snapshotsOf(disk)).length).toBeLessThanOrEqual(9);
    expect(daemon.says("snapshot.expired", "pvc-data")).toBe(true);
  });

  test("a changed annotation changes the rule, a removed one ends it, and its snapshots stay", async () => {
    const disk = await volume("changing");
    await annotate("changing", "P1D P7D");
    await until(async () => (await snapshotsOf(disk)).length === 1, "the first snapshot");
    await annotate("changing", "PT3S PT6S PT12S");
    await until(async () => (await snapshotsOf(disk)).length >= 2, "a snapshot at the new interval");

    await control("annotate", "pvc", "changing", `${annotation}-`);
    await until(async () => daemon.says("rule.removed", "PersistentVolumeClaim/default/changing"), "the rule to go");
    const left = await snapshotsOf(disk);
    await twoMoreOf("data");
    expect(await snapshotsOf(disk)).toEqual(left);
  });

  test("an annotation that cannot be read is reported, and the volume's snapshots stay", async () => {
    const disk = await volume("mistyped");
    await annotate("mistyped", "PT3S PT6S PT12S");
    await until(async () => (await snapshotsOf(disk)).length >= 2, "two snapshots");
    await annotate("mistyped", "hourly");
    await until(async () => daemon.says("annotation.invalid", "PersistentVolumeClaim/default/mistyped"), "a report");
    const left = await snapshotsOf(disk);
    await twoMoreOf("data");
    expect(await snapshotsOf(disk)).toEqual(left);
  });

  test("a SnapshotRule for a raw disk", async () => {
    const disk = await ec2Volume();
    await apply({
      apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
      kind: "SnapshotRule",
      metadata: { name: "raw", namespace: "kube-system" },
      spec: { deltas: "PT3S PT6S PT12S", backend: "aws", disk: { region, volumeId: disk } },
    });
    await until(async () => (await snapshotsOf(disk)).length >= 2, "two snapshots");
    expect((await snapshotsOf(disk))[0]?.Description).toMatch(/^kube-system-rule-raw-/);
  });

  test("killed between create and answer, it makes no second snapshot, and none without tags", async () => {
    await daemon.stop("SIGKILL");
    const disk = await volume("killed");
    await control("delete", "sr", "--all", "--all-namespaces");
    await control("annotate", "pvc", "--all", `${annotation}-`);
    const held = proxy.holdAnswerOf("CreateSnapshot");
    daemon = new Daemon(environment);
    await annotate("killed", "P1D P7D");
    await held;
    await daemon.stop("SIGKILL");

    daemon = new Daemon(environment);
    await annotate("data", "PT3S PT6S PT12S");
    await twoMoreOf("data");
    expect(daemon.says("rule.added", "PersistentVolumeClaim/default/killed")).toBe(true);
    const snapshots = await snapshotsOf(disk);
    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]?.Tags).toContainEqual({ Key: "created-by", Value: "k8s-snapshots" });
  });

  test("the API server is away for 20 s: snapshots go on, and changes made after are seen", async () => {
    const disk = await volume("late");
    await server.stopApiServer();
    const away = Date.now();
    while (Date.now() - away < 20_000) await twoMoreOf("data");
    await server.startApiServer();
    await annotate("late", "P1D P7D");
    await until(async () => (await snapshotsOf(disk)).length === 1, "a snapshot of a claim annotated after");
  });

  test("its role is all that it needs, and SIGTERM ends it with 0", async () => {
    expect(daemon.log.filter(({ msg }) => msg?.includes("forbidden"))).toEqual([]);
    expect(await daemon.stop("SIGTERM")).toBe(0);
    expect(daemon.says("daemon.stopped")).toBe(true);
  });

  async function until(ask: () => Promise<boolean>, what: string): Promise<void> {
    const askOrGiveUp = async (): Promise<boolean> => !daemon.isRunning || (await ask());
    await waitUntil(askOrGiveUp, 60_000, () => `waited for ${what}; the daemon says:\n${daemon.lastWords}`);
    if (!daemon.isRunning) throw new Error(`the daemon ended: ${daemon.lastWords}`);
  }

  /** Time passes: the daemon has looked at everything at least twice. */
  async function twoMoreOf(claim: string): Promise<void> {
    const count = (): number => {
      return daemon.log.filter(({ event, rule }) => event === "snapshot.created" && rule === `pvc-${claim}`).length;
    };
    const before = count();
    await until(async () => count() >= before + 2, `two more snapshots of ${claim}`);
  }

  async function control(...words: string[]): Promise<string> {
    const { stdout } = await run(kubectl as string, ["--kubeconfig", administrator, ...words]);
    return stdout;
  }

  async function apply(object: object): Promise<void> {
    const file = join(folder, "object.json");
    await writeFile(file, JSON.stringify(object));
    await control("apply", "-f", file);
  }

  function annotate(claim: string, deltas: string): Promise<string> {
    return control("annotate", "--overwrite", "pvc", claim, `${annotation}=${deltas}`);
  }

  async function kubeconfigOfTheRole(): Promise<string> {
    const token = (await control("create", "token", "k8s-snapshots", "--namespace", "kube-system")).trim();
    const path = join(folder, "kubeconfig.json");
    await writeKubeconfig(path, { server: server.url, caFile: server.caFile, user: "k8s-snapshots", token });
    return path;
  }

  async function ec2<T>(...words: string[]): Promise<T> {
    const options = ["--endpoint-url", moto.url, "--region", region, "--output", "json"];
    const { stdout } = await run(aws as string, ["ec2", ...words, ...options], {
      env: { ...process.env, ...credentials },
    });
    return JSON.parse(stdout) as T;
  }

  async function ec2Volume(): Promise<string> {
    const { VolumeId } = await ec2<{ VolumeId: string }>(
      "create-volume",
      "--size",
      "1",
      "--availability-zone",
      `${region}a`,
    );
    return VolumeId;
  }

  async function snapshotsOf(disk: string): Promise<Ec2Snapshot[]> {
    const { Snapshots } = await ec2<{ Snapshots: Ec2Snapshot[] }>(
      "describe-snapshots",
      "--filters",
      `Name=volume-id,Values=${disk}`,
    );
    return Snapshots.sort((a, b) => a.StartTime.localeCompare(b.StartTime));
  }

  /** A claim bound to a PersistentVolume of a new EBS volume: what a provisioner and a controller would do. */
  async function volume(name: string): Promise<string> {
    const disk = await ec2Volume();
    const size = { storage: "1Gi" };
    await apply({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace: "default" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: size },
        storageClassName: "",
        volumeName: `pv-${name}`,
      },
    });
    const uid = await control("get", "pvc", name, "--output", "jsonpath={.metadata.uid}");
    await apply({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `pv-${name}`, labels: { "topology.kubernetes.io/region": region } },
      spec: {
        capacity: size,
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Retain",
        csi: { driver: "ebs.csi.aws.com", volumeHandle: disk },
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "default", name, uid },
      },
    });
    await control("patch", "pvc", name, "--subresource=status", "--type=merge", "-p", '{"status":{"phase":"Bound"}}');
    return disk;
  }
});
