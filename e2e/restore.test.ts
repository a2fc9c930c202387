import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  type DigitalOceanEmulator,
  EMULATOR_TOKEN,
  startDigitalOceanEmulator,
} from "@k8s-snapshots/emulator-digitalocean";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { type AwsCli, createEc2Volume, ec2SnapshotsOf, ec2Volume, motoCredentials } from "./harness/run-aws.ts";
import { runGcloudCompute } from "./harness/run-gcloud.ts";
import { runGodo } from "./harness/run-godo.ts";
import { built, Daemon } from "./harness/start-daemon.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, aws, motoServer, gcloud, godo } = inject("programs");
const ready = [kubernetes, kubectl, aws, motoServer, gcloud, godo].every((program) => program !== undefined);
const region = "eu-west-1";
const project = "emulated-project";
const zone = "europe-west1-b";

interface Answer {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

interface PersistentVolume {
  readonly metadata: { readonly annotations?: object };
  readonly spec: {
    readonly csi?: { readonly driver: string; readonly volumeHandle: string; readonly fsType?: string };
    readonly hostPath?: { readonly path: string };
    readonly nodeAffinity?: object;
    readonly persistentVolumeReclaimPolicy: string;
  };
}

/** The daemon takes a snapshot of a volume on each; then the program restores them, as the shipped role or as a person. */
describe.skipIf(!ready)("restore, on a real kube-apiserver", () => {
  let folder: string;
  let cluster: TestCluster;
  let moto: Moto;
  let cli: AwsCli;
  let google: GceEmulator;
  let ocean: DigitalOceanEmulator;
  let daemon: Daemon;
  let environment: Record<string, string>;
  let asPerson: Record<string, string>;
  let ebs: string;
  let oceanVolume: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "restore-"));
    [cluster, moto, google, ocean] = await Promise.all([
      TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder),
      startMoto(motoServer as string),
      startGceEmulator({ durations: { pending: 0, operation: 0 } }),
      startDigitalOceanEmulator(),
    ]);
    cli = { program: aws as string, url: moto.url, region };
    await mkdir(join(folder, "data", "deep"), { recursive: true });
    await mkdir(join(folder, "snapshots"));
    await writeFile(join(folder, "data", "deep", "file"), "before");
    environment = {
      ...motoCredentials,
      AWS_ENDPOINT_URL_EC2: moto.url,
      AWS_EC2_METADATA_DISABLED: "true",
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: google.url,
      GCLOUD_PROJECT: project,
      METADATA_SERVER_DETECTION: "none",
      DIGITALOCEAN_API_URL: ocean.url,
      DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN,
      LOCAL_SNAPSHOT_DIRECTORY: join(folder, "snapshots"),
      LOCAL_ROOTS: folder,
      KUBE_CONFIG_FILE: await cluster.kubeconfigOfTheRole(),
    };
    asPerson = { ...environment, KUBE_CONFIG_FILE: await cluster.server.kubeconfig() };
    await addVolumes();
    daemon = new Daemon(environment);
    for (const claim of ["on-disk", "on-aws", "on-google", "on-ocean"]) await cluster.annotate(claim, "P1D P7D");
    for (const rule of ["on-disk", "on-aws", "on-google", "on-ocean"]) {
      await waitUntil(
        async () => (await restore([`pvc/${rule}`, "-n", "default", "--to-claim", "new"], asPerson)).code === 0,
        () => `no ready snapshot of ${rule}: ${daemon.lastWords}`,
      );
    }
    await writeFile(join(folder, "data", "deep", "file"), "after");
    expect(await daemon.stop()).toBe(0);
  }, 240_000);

  afterAll(async () => {
    await daemon?.stop("SIGKILL");
    await cluster?.stop();
    await moto?.stop();
    await removeFolder(folder);
    await google?.close();
    await ocean?.close();
  });

  test("a directory, by a person: what was there comes back, and the old one stays", async () => {
    const { code, output, errors } = await restoreAndBind("on-disk", "disk-restored");
    expect(code, errors + output).toBe(0);
    const { spec, metadata } = await volume("restored-default-disk-restored");
    expect(await readFile(join(spec.hostPath?.path as string, "deep", "file"), "utf8")).toBe("before");
    expect(await readFile(join(folder, "data", "deep", "file"), "utf8")).toBe("after");
    expect(spec.persistentVolumeReclaimPolicy).toBe("Retain");
    expect(JSON.stringify(metadata.annotations ?? {})).not.toContain("backup.kubernetes.io");
    expect(await cluster.control("get", "pvc", "disk-restored", "--output", "jsonpath={.spec.volumeName}")).toBe(
      "restored-default-disk-restored",
    );
    expect(output).toContain("✓ pvc/disk-restored bound");
  });

  test("from a pod, whose role may make no claims: the disk there, the rest by kubectl", async () => {
    const words = ["pvc/on-aws", "-n", "default", "--to-claim", "aws-restored", "--apply", "--output", "manifest"];
    const { code, output, errors } = await restore(words, environment);
    expect(code, errors).toBe(0);
    await writeFile(join(folder, "restored.json"), output);
    const applied = await cluster.control("apply", "--validate=strict", "-f", join(folder, "restored.json"));
    expect(applied).toBe(
      "persistentvolume/restored-default-aws-restored created\npersistentvolumeclaim/aws-restored created\n",
    );

    const { spec } = await volume("restored-default-aws-restored");
    const made = await ec2Volume(cli, spec.csi?.volumeHandle as string);
    const [snapshot] = await ec2SnapshotsOf(cli, ebs);
    expect(made).toMatchObject({ SnapshotId: snapshot?.SnapshotId, AvailabilityZone: `${region}a`, Size: 1 });
    expect(made.VolumeId).not.toBe(ebs);
    expect(made.Tags?.map(({ Key }) => Key).toSorted()).toEqual(["Name", "k8s-snapshots/idempotency-key"]);
    expect(spec.csi).toMatchObject({ driver: "ebs.csi.aws.com", fsType: "ext4" });
    expect(JSON.stringify(spec.nodeAffinity)).toContain(`${region}a`);
  });

  test("a name that is taken is refused before anything is made", async () => {
    const words = ["pvc/on-aws", "-n", "default", "--to-claim", "on-google", "--apply"];
    const { code, errors } = await restore(words, asPerson);
    expect(errors).toContain("there is a claim on-google in default already");
    expect(code).toBe(1);
  });

  test("a disk of Google's, which gcloud shows", async () => {
    const { code, output, errors } = await restoreAndBind("on-google", "google-restored");
    expect(code, errors + output).toBe(0);
    const { spec } = await volume("restored-default-google-restored");
    const name = spec.csi?.volumeHandle.split("/").at(-1) as string;
    const [described] = await runGcloudCompute(
      { program: gcloud as string, url: google.url, project, folder },
      ...["disks", "describe", name, "--zone", zone],
    );
    expect(described).toMatchObject({
      sizeGb: "1",
      sourceSnapshot: expect.stringContaining("/snapshots/pvc-on-google-"),
    });
    expect(Object.keys(described?.["labels"] as object)).not.toContain("created-by");
    expect(google.store.disk({ project, zone, name }).content).toBe("before");
  });

  test("a volume of DigitalOcean's, when claim, volume and disk are gone", async () => {
    for (const [kind, name] of [
      ["pvc", "on-ocean"],
      ["pv", "pv-on-ocean"],
    ] as const) {
      await cluster.control("delete", kind, name);
    }
    ocean.storage.deleteVolume(oceanVolume);
    const { code, output, errors } = await restoreAndBind("on-ocean", "on-ocean", "--location", "digitalocean/account");
    expect(code, errors + output).toBe(0);
    expect(output).toMatch(/the snapshot says storage class, access modes, volume mode, driver,\s+size\n/);
    const { spec } = await volume("restored-default-on-ocean");
    const volumes = await runGodo(godo as string, { url: ocean.url, token: EMULATOR_TOKEN }, "volumes");
    const made = volumes.find(({ id }) => id === spec.csi?.volumeHandle);
    expect(made?.name).toMatch(/^restored-default-on-ocean-[0-9a-f]{8}$/);
    expect(made?.tags?.some((tag) => tag.startsWith("created-by"))).toBe(false);
    expect(ocean.storage.volume(made?.id as string).content).toBe("before");
  });

  test("SIGTERM while the disk is being made removes it", async () => {
    const size = 200;
    await writeFile(join(folder, "data", "large"), "");
    const [id] = await readdir(join(folder, "snapshots", "snapshots"));
    const data = join(folder, "snapshots", "snapshots", id as string, "data");
    for (let file = 0; file < size; file++) await writeFile(join(data, `file-${file}`), Buffer.alloc(1_000_000, 1));
    const words = ["pvc/on-disk", "-n", "default", "--to-claim", "never", "--apply"];
    const { code, output } = await restore(words, asPerson, "is being made");
    expect(output).toContain("Not restored: it was interrupted");
    expect(output).toContain("Nothing is left of it.");
    expect(code).toBe(1);
    expect((await readdir(folder)).filter((name) => name.includes("never"))).toEqual([]);
    expect(await cluster.control("get", "pv", "--output", "name")).not.toContain("never");
  });

  async function addVolumes(): Promise<void> {
    ebs = await createEc2Volume(cli);
    const zoneOf = (key: string, value: string): object => ({
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values: [value] }] }] },
    });
    google.store.createDisk({ project, zone, name: "data" }, "1").content = "before";
    const [{ id } = { id: "" }] = await runGodo(
      godo as string,
      { url: ocean.url, token: EMULATOR_TOKEN },
      ...["create-volume", "data", "fra1", "1"],
    );
    oceanVolume = id;
    ocean.storage.volume(id).content = "before";
    await cluster.addVolume({ name: "on-disk", hostPath: { path: join(folder, "data") } });
    await cluster.addVolume({
      name: "on-aws",
      csi: { driver: "ebs.csi.aws.com", volumeHandle: ebs, fsType: "ext4" },
      nodeAffinity: zoneOf("topology.ebs.csi.aws.com/zone", `${region}a`),
    });
    await cluster.addVolume({
      name: "on-google",
      csi: { driver: "pd.csi.storage.gke.io", volumeHandle: `projects/${project}/zones/${zone}/disks/data` },
      nodeAffinity: zoneOf("topology.gke.io/zone", zone),
    });
    await cluster.addVolume({ name: "on-ocean", csi: { driver: "dobs.csi.digitalocean.com", volumeHandle: id } });
  }

  /** As a person. What binds claims in a cluster does not run here. */
  async function restoreAndBind(claim: string, to: string, ...words: string[]): Promise<Answer> {
    const running = restore([`pvc/${claim}`, "-n", "default", "--to-claim", to, "--apply", ...words], asPerson);
    const status = JSON.stringify({ status: { phase: "Bound" } });
    const bind = async (): Promise<boolean> =>
      cluster.control("patch", "pvc", to, "--subresource=status", "--type=merge", "-p", status).then(
        () => true,
        () => false,
      );
    await Promise.race([running, waitUntil(bind, () => `${to} was not made`)]);
    return running;
  }

  /** @param until - SIGTERM is sent when it has written that. Default: it is not sent */
  async function restore(words: readonly string[], env: Record<string, string>, until?: string): Promise<Answer> {
    const path = { PATH: process.env["PATH"] ?? "" };
    const child = spawn(process.execPath, [built, "restore", ...words], { env: { ...path, ...env } });
    child.stdin.end();
    let seen = "";
    let isStopped = until === undefined;
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      if (isStopped || !seen.includes(until as string)) return;
      // A second one would end it at once.
      isStopped = true;
      child.kill("SIGTERM");
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code: child.exitCode, output, errors };
  }

  async function volume(name: string): Promise<PersistentVolume> {
    return JSON.parse(await cluster.control("get", "pv", name, "--output", "json")) as PersistentVolume;
  }
});
