import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  type DigitalOceanEmulator,
  EMULATOR_TOKEN,
  startDigitalOceanEmulator,
} from "@k8s-snapshots/emulator-digitalocean";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { replayTrace } from "./harness/replay-trace.ts";
import { type AwsCli, createEc2Volume, ec2SnapshotsOf, motoCredentials } from "./harness/run-aws.ts";
import { runGcloudCompute } from "./harness/run-gcloud.ts";
import { runGodo } from "./harness/run-godo.ts";
import { Daemon } from "./harness/start-daemon.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, aws, motoServer, gcloud, godo } = inject("programs");
const awsRegion = "eu-west-1";
const project = "emulated-project";
const zone = "europe-west1-b";
const day = 86_400_000;
/** Google and DigitalOcean take one snapshot of a disk in ten minutes: what is to expire was made long before. */
const slowly = "PT10M PT30M";
const quickly = "PT3S PT6S PT12S";

const ready = [kubernetes, kubectl, aws, motoServer, gcloud, godo].every((program) => program !== undefined);

interface CheckReport {
  readonly backends: readonly {
    readonly backend: string;
    readonly permissions: readonly { readonly permission: string; readonly status: string }[];
  }[];
}

/** One daemon, with nothing set but credentials and addresses, on volumes of three clouds. */
describe.skipIf(!ready)("the daemon on three clouds at once", () => {
  let folder: string;
  let cluster: TestCluster;
  let moto: Moto;
  let cli: AwsCli;
  let google: GceEmulator;
  let ocean: DigitalOceanEmulator;
  let daemon: Daemon;
  let environment: Record<string, string>;
  /** How far the two emulators' clocks are behind. */
  let behind = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "daemon-clouds-"));
    const now = (): number => Date.now() - behind;
    [cluster, moto, google, ocean] = await Promise.all([
      TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder),
      startMoto(motoServer as string),
      startGceEmulator({ now }),
      startDigitalOceanEmulator({ now }),
    ]);
    cli = { program: aws as string, url: moto.url, region: awsRegion };
    environment = {
      ...motoCredentials,
      AWS_ENDPOINT_URL_EC2: moto.url,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: moto.url,
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: google.url,
      GCLOUD_PROJECT: project,
      METADATA_SERVER_DETECTION: "none",
      DIGITALOCEAN_API_URL: ocean.url,
      DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN,
      KUBE_CONFIG_FILE: await cluster.kubeconfigOfTheRole(),
      TRACE_FILE: join(folder, "trace.jsonl"),
    };
    daemon = new Daemon(environment);
  });

  afterAll(async () => {
    await daemon?.stop("SIGKILL");
    await cluster?.stop();
    await moto?.stop();
    await removeFolder(folder);
    // Last: they fail if a request or an answer was not as the vendor describes it.
    await google?.close();
    await ocean?.close();
  });

  test("volumes on all three get snapshots, and what is too old expires, also what others made", async () => {
    const ebs = await ebsVolume("on-aws");
    const disk = await googleDisk("on-google");
    const volume = await oceanVolume("on-digitalocean");
    behind = 40 * day;
    await compute("snapshots", "create", "old", `--source-disk=${disk}`, `--source-disk-zone=${zone}`);
    await compute("snapshots", "add-labels", "old", "--labels=created-by=k8s-snapshots");
    await goCall("create-snapshot", volume, "old", "created-by:k8s-snapshots");
    behind = 0;

    await cluster.annotate("on-aws", quickly);
    await cluster.annotate("on-google", slowly);
    await cluster.annotate("on-digitalocean", slowly);

    await until(async () => (await ec2SnapshotsOf(cli, ebs)).length >= 3, "three EBS snapshots");
    const [first] = await ec2SnapshotsOf(cli, ebs);
    await until(
      async () => !(await ec2SnapshotsOf(cli, ebs)).some(({ SnapshotId }) => SnapshotId === first?.SnapshotId),
      "the first EBS snapshot to expire",
    );
    await until(async () => isOneNew(await googleSnapshotsOf(disk), "pvc-on-google"), "one snapshot on Google");
    await until(async () => isOneNew(await oceanSnapshotsOf(volume), "pvc-on-digitalocean"), "one on DigitalOcean");
  });

  test("one cloud answers 500 to everything: the others keep their pace, and it is said once", async () => {
    google.faults.answer({}, { code: 500 }, Number.POSITIVE_INFINITY);
    const from = Date.now();
    const ebs = await ebsVolume("during-aws");
    const disk = await googleDisk("during-google");
    const volume = await oceanVolume("during-digitalocean");
    for (const claim of ["during-google", "during-aws", "during-digitalocean"]) await cluster.annotate(claim, quickly);

    await until(async () => (await oceanSnapshotsOf(volume)).length === 1, "a snapshot on DigitalOcean");
    await until(async () => (await ec2SnapshotsOf(cli, ebs)).length >= 4, "four EBS snapshots");
    const started = daemon.log.filter(({ event, rule }) => event === "snapshot.start" && rule === "pvc-during-aws");
    const gaps = started.slice(1).map(({ time }, index) => timeOf(time) - timeOf(started[index]?.time));
    // A snapshot each 3 s, which moto makes at once; a list is waited for in between. A call to Google is given up after 60 s.
    for (const gap of gaps) expect(gap).toBeLessThan(50_000);
    expect(google.store.snapshots(project).some(({ sourceDisk }) => sourceDisk.endsWith(disk))).toBe(false);
    const errors = daemon.log.filter(
      ({ level, time, ...line }) => level === "error" && timeOf(time) > from && isGoogle(line),
    );
    expect(errors.map(({ msg }) => msg)).toHaveLength(new Set(errors.map(({ event }) => event)).size);
    expect(errors.length).toBeGreaterThan(0);
  });

  test("it works again: what waited is made up for", async () => {
    google.faults.clear();
    // A lookup that failed is tried again after a minute; a change of the rules is a reason to do so now.
    await cluster.annotate("on-google", "PT10M PT40M");
    await until(async () => isOneNew(await googleSnapshotsOf("during-google"), "pvc-during-google"), "a snapshot");
    expect(daemon.log.some(({ event, ...line }) => event === "backend.recovered" && isGoogle(line))).toBe(true);
  });

  test("check says of each cloud what the credentials allow, and fails if something is missing", async () => {
    ocean.scopes.deny("block_storage_snapshot:delete");
    const { code, report } = await check();
    const missing = report.backends.flatMap(({ backend, permissions }) =>
      permissions.filter(({ status }) => status === "missing").map(({ permission }) => `${backend} ${permission}`),
    );
    expect(report.backends.map(({ backend }) => backend).toSorted()).toEqual(["aws", "digitalocean", "google"]);
    expect(missing).toEqual(["digitalocean block_storage_snapshot:delete"]);
    expect(code).toBe(1);
  });

  test("SIGTERM ends it with 0, and replayed from its trace it took no action that the core does not take", async () => {
    expect(await daemon.stop("SIGTERM")).toBe(0);
    const { code, summary, complaints } = await replayTrace(environment["TRACE_FILE"] as string);
    expect({ code, complaints }, summary).toEqual({ code: 0, complaints: "" });
  });

  async function check(): Promise<{ code: number; report: CheckReport }> {
    const daemonProgram = fileURLToPath(new URL("../apps/daemon/dist/main.js", import.meta.url));
    const words = [daemonProgram, "check", "--output", "json"];
    const env = { ...environment, AWS_EC2_METADATA_DISABLED: "true" };
    const { code = 0, stdout } = await promisify(execFile)(process.execPath, words, { env }).then(
      (done) => ({ code: 0, ...done }),
      (failed: { code: number; stdout: string }) => failed,
    );
    return { code, report: JSON.parse(stdout) as CheckReport };
  }

  async function ebsVolume(name: string): Promise<string> {
    const volumeHandle = await createEc2Volume(cli);
    const labels = { "topology.kubernetes.io/region": awsRegion };
    await cluster.addVolume({ name, labels, csi: { driver: "ebs.csi.aws.com", volumeHandle } });
    return volumeHandle;
  }

  async function googleDisk(name: string): Promise<string> {
    google.store.createDisk({ project, zone, name });
    const volumeHandle = `projects/${project}/zones/${zone}/disks/${name}`;
    await cluster.addVolume({ name, csi: { driver: "pd.csi.storage.gke.io", volumeHandle } });
    return name;
  }

  async function oceanVolume(name: string): Promise<string> {
    const [{ id } = { id: "" }] = await goCall("create-volume", name, "fra1", "1");
    await cluster.addVolume({ name, csi: { driver: "dobs.csi.digitalocean.com", volumeHandle: id } });
    return id;
  }

  function compute(...words: string[]): Promise<Record<string, unknown>[]> {
    return runGcloudCompute({ program: gcloud as string, url: google.url, project, folder }, ...words);
  }

  function goCall(...words: string[]): ReturnType<typeof runGodo> {
    return runGodo(godo as string, { url: ocean.url, token: EMULATOR_TOKEN }, ...words);
  }

  /** Names, as gcloud prints them. */
  async function googleSnapshotsOf(disk: string): Promise<string[]> {
    const all = await compute("snapshots", "list", "--filter", "labels.created-by=k8s-snapshots");
    return all.filter(({ sourceDisk }) => String(sourceDisk).endsWith(`/${disk}`)).map(({ name }) => String(name));
  }

  /** Names, as godo prints them. */
  async function oceanSnapshotsOf(volume: string): Promise<string[]> {
    return (await goCall("snapshots")).filter(({ resource_id }) => resource_id === volume).map(({ name }) => name);
  }

  async function until(ask: () => Promise<boolean>, what: string): Promise<void> {
    const askOrGiveUp = async (): Promise<boolean> => !daemon.isRunning || (await ask());
    await waitUntil(askOrGiveUp, () => `waited for ${what}; the daemon says:\n${daemon.lastWords}`);
    if (!daemon.isRunning) throw new Error(`the daemon ended: ${daemon.lastWords}`);
  }
});

/** What was there before is gone, and one was made. */
function isOneNew(names: readonly string[], prefix: string): boolean {
  return names.length === 1 && names[0]?.startsWith(prefix) === true;
}

function timeOf(instant = ""): number {
  return Date.parse(instant);
}

function isGoogle({ backend }: { readonly backend?: string }): boolean {
  return backend === "google";
}
