import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { type FaultProxy, startFaultProxy } from "./harness/fault-proxy.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { replayTrace } from "./harness/replay-trace.ts";
import { type AwsCli, createEc2Volume, type Ec2Snapshot, ec2SnapshotsOf, motoCredentials } from "./harness/run-aws.ts";
import { Daemon } from "./harness/start-daemon.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { serviceAccount, TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, aws, motoServer } = inject("programs");
const region = "eu-west-1";

const ready = kubernetes !== undefined && kubectl !== undefined && aws !== undefined && motoServer !== undefined;

/** Volumes of one cluster and one daemon; each test has a volume of its own, and the daemon goes on all the time. */
describe.skipIf(!ready)("the daemon on a real kube-apiserver and moto", () => {
  let folder: string;
  let cluster: TestCluster;
  let moto: Moto;
  let cli: AwsCli;
  let proxy: FaultProxy;
  let daemon: Daemon;
  let environment: Record<string, string>;
  let restart = { from: 0, to: 0 };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "daemon-aws-"));
    [cluster, moto] = await Promise.all([
      TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder),
      startMoto(motoServer as string),
    ]);
    cli = { program: aws as string, url: moto.url, region };
    proxy = await startFaultProxy(moto.url, 100);
    environment = {
      ...motoCredentials,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_EC2: proxy.url,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: proxy.url,
      KUBE_CONFIG_FILE: await cluster.kubeconfigOfTheRole(),
      BACKENDS: "aws",
      // Alone, it goes on as before while the API server is away. Replicas have tests of their own.
      LEADER_ELECTION: "false",
      TRACE_FILE: join(folder, "trace.jsonl"),
    };
    daemon = new Daemon(environment);
  });

  afterAll(async () => {
    await daemon?.stop("SIGKILL");
    await proxy?.stop();
    await moto?.stop();
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("an annotated claim gets snapshots at the interval, labelled and named, that expire as the rule says", async () => {
    const disk = await volume("data");
    await cluster.annotate("data", "PT3S PT6S PT12S");
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

    const described = await cluster.control("describe", "pvc", "data");
    expect(described).toMatch(/Normal +SnapshotCreated .* k8s-snapshots +snapshot snap-\w+ of vol-\w+ is ready/);
    expect(described).toMatch(/Normal +SnapshotExpired .* snapshot snap-\w+ deleted/);
    const events = await cluster.control("get", "events", "--output", "name");
    expect(events.match(/event\/data\./g)).toHaveLength(2);
  });

  test("a changed annotation changes the rule, a removed one ends it, and its snapshots stay", async () => {
    const disk = await volume("changing");
    await cluster.annotate("changing", "P1D P7D");
    await until(async () => (await snapshotsOf(disk)).length === 1, "the first snapshot");
    await cluster.annotate("changing", "PT3S PT6S PT12S");
    await until(async () => (await snapshotsOf(disk)).length >= 2, "a snapshot at the new interval");

    await cluster.removeAnnotation("changing");
    await until(async () => daemon.says("rule.removed", "PersistentVolumeClaim/default/changing"), "the rule to go");
    const left = await snapshotsOf(disk);
    await twoMoreOf("data");
    expect(await snapshotsOf(disk)).toEqual(left);
  });

  test("a claim's whole life: asked for before it is bound, bound, served, deleted; its snapshots outlive it", async () => {
    const id = "PersistentVolumeClaim/default/lived";
    await cluster.addClaim("lived");
    await cluster.annotate("lived", "PT3S PT6S PT12S");
    const described = (): Promise<string> => cluster.control("describe", "pvc", "lived");
    await until(async () => /Normal +ClaimNotBound .*not bound to a volume yet/.test(await described()), "an Event");

    const disk = await createEc2Volume(cli);
    const labels = { "topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": `${region}a` };
    await cluster.bind({ name: "lived", labels, csi: { driver: "ebs.csi.aws.com", volumeHandle: disk } });
    await until(async () => (await snapshotsOf(disk)).length >= 2, "two snapshots");
    expect(await described()).toMatch(/Normal +SnapshotCreated /);

    await cluster.control("delete", "pvc", "lived", "--wait=false");
    await cluster
      .control("patch", "pvc", "lived", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
      .catch(() => {});
    await until(async () => daemon.says("rule.removed", id), "the rule to go");
    const left = await snapshotsOf(disk);
    await twoMoreOf("data");
    expect(await snapshotsOf(disk)).toEqual(left);
  });

  test("an annotation that cannot be read is reported, and the volume's snapshots stay", async () => {
    const disk = await volume("mistyped");
    await cluster.annotate("mistyped", "PT3S PT6S PT12S");
    await until(async () => (await snapshotsOf(disk)).length >= 2, "two snapshots");
    await cluster.annotate("mistyped", "hourly");
    await until(async () => daemon.says("annotation.invalid", "PersistentVolumeClaim/default/mistyped"), "a report");
    const left = await snapshotsOf(disk);
    await twoMoreOf("data");
    expect(await snapshotsOf(disk)).toEqual(left);
    expect(await cluster.control("describe", "pvc", "mistyped")).toMatch(/Warning +InvalidDeltas .*hourly/);
  });

  test("a SnapshotRule for a raw disk, whose status says how it stands", async () => {
    const disk = await createEc2Volume(cli);
    await cluster.apply({
      apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
      kind: "SnapshotRule",
      metadata: { name: "raw", namespace: "kube-system" },
      spec: { deltas: "PT3S PT6S PT12S", backend: "aws", disk: { region, volumeId: disk } },
    });
    await until(async () => (await snapshotsOf(disk)).length >= 2, "two snapshots");
    expect((await snapshotsOf(disk))[0]?.Description).toMatch(/^kube-system-rule-raw-/);

    const row = (): Promise<string> =>
      cluster.control("get", "sr", "raw", "--namespace", "kube-system", "--no-headers");
    const shown =
      /^raw +True +\w+ +\{"region":"eu-west-1","volumeId":"vol-\w+"\} +PT3S PT6S PT12S +\d+s +(20\S+Z +)?[1-9]/;
    await until(async () => shown.test(await row()), "the status");
    for (const condition of ["Ready", "Late=False", "Stuck=False", "ShrinkPending=False"]) {
      await cluster.control(
        "wait",
        `--for=condition=${condition}`,
        "sr/raw",
        "--namespace",
        "kube-system",
        "--timeout=30s",
      );
    }
    expect(await cluster.control("describe", "sr", "raw", "--namespace", "kube-system")).toMatch(/SnapshotCreated/);

    await cluster.apply({
      apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
      kind: "SnapshotRule",
      metadata: { name: "no-claim", namespace: "default" },
      spec: { deltas: "P1D P7D", persistentVolumeClaim: "nowhere" },
    });
    const field = 'jsonpath={.status.conditions[?(@.type=="Ready")].reason}';
    const reason = (): Promise<string> => cluster.control("get", "sr", "no-claim", "--output", field);
    await until(async () => (await reason()) === "ClaimNotFound", "the status of the other");
  });

  test("killed between create and answer, it makes no second snapshot, and none without tags", async () => {
    await daemon.stop("SIGKILL");
    const disk = await volume("killed");
    await cluster.control("delete", "sr", "--all", "--all-namespaces");
    await cluster.removeAnnotation("--all");
    const held = proxy.holdAnswerOf("CreateSnapshot");
    daemon = new Daemon(environment);
    await cluster.annotate("killed", "P1D P7D");
    await held;
    await daemon.stop("SIGKILL");

    daemon = new Daemon(environment);
    await cluster.annotate("data", "PT3S PT6S PT12S");
    await twoMoreOf("data");
    expect(daemon.says("rule.added", "PersistentVolumeClaim/default/killed")).toBe(true);
    const snapshots = await snapshotsOf(disk);
    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]?.Tags).toContainEqual({ Key: "created-by", Value: "k8s-snapshots" });
  });

  test("the API server is away for 20 s: snapshots go on, and changes made after are seen", async () => {
    const disk = await volume("late");
    await cluster.server.stopApiServer();
    const away = Date.now();
    while (Date.now() - away < 20_000) await twoMoreOf("data");
    const starting = Date.now();
    await cluster.server.startApiServer();
    restart = { from: starting, to: Date.now() };
    await cluster.annotate("late", "P1D P7D");
    await until(async () => (await snapshotsOf(disk)).length === 1, "a snapshot of a claim annotated after");
  });

  test("its role is all that it needs and no more, and SIGTERM ends it with 0", async () => {
    const requests = await cluster.server.audit.requestsOf(serviceAccount);
    // Before it is ready an API server refuses everybody: it has not read the roles yet.
    const isOfRestart = ({ receivedAt }: { receivedAt: number }): boolean =>
      receivedAt >= restart.from && receivedAt <= restart.to;
    expect(requests.filter((request) => request.status === 403 && !isOfRestart(request))).toEqual([]);
    const used = new Set(
      requests.map(({ verb, resource, name }) => (verb === "get" ? `get ${resource} ${name}` : `${verb} ${resource}`)),
    );
    // Lists come as watches where the API server serves that; where not, they are asked for.
    const isSpare = (permission: string): boolean => permission.startsWith("list ") && !used.has(permission);
    const granted = (await cluster.grantedToTheRole()).filter((permission) => !permission.endsWith(" leases"));
    expect([...used].sort()).toEqual(granted.filter((permission) => !isSpare(permission)).sort());
    expect(await daemon.stop("SIGTERM")).toBe(0);
    expect(daemon.says("daemon.stopped")).toBe(true);
  });

  test("replayed from its trace, it took no action that the core does not take", async () => {
    const { code, summary, complaints } = await replayTrace(environment["TRACE_FILE"] as string);
    expect(complaints).toBe("");
    expect(summary).toMatch(
      /^\d{2,} facts, \d{2,} creations, \d{2,} deletions, 0 actions that the core does not take$/,
    );
    expect(code).toBe(0);
  });

  async function until(ask: () => Promise<boolean>, what: string): Promise<void> {
    const askOrGiveUp = async (): Promise<boolean> => !daemon.isRunning || (await ask());
    await waitUntil(askOrGiveUp, () => `waited for ${what}; the daemon says:\n${daemon.lastWords}`);
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

  function snapshotsOf(disk: string): Promise<Ec2Snapshot[]> {
    return ec2SnapshotsOf(cli, disk);
  }

  async function volume(name: string): Promise<string> {
    const disk = await createEc2Volume(cli);
    const labels = { "topology.kubernetes.io/region": region };
    await cluster.addVolume({ name, labels, csi: { driver: "ebs.csi.aws.com", volumeHandle: disk } });
    return disk;
  }
});
