import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { type CallRecorder, callEc2, type RecordedCall, startCallRecorder } from "./harness/call-recorder.ts";
import { textOf } from "./harness/ec2-xml.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { breachesIn, type ReplicaCall } from "./harness/replica-history.ts";
import { motoCredentials } from "./harness/run-aws.ts";
import { type SeverableLink, startSeverableLink } from "./harness/severable-link.ts";
import { Daemon } from "./harness/start-daemon.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { serviceAccount, TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, motoServer } = inject("programs");
const ready = kubernetes !== undefined && kubectl !== undefined && motoServer !== undefined;

const regions = [
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"],
  ...["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "eu-south-1"],
  ...["ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"],
  ...["af-south-1", "me-south-1"],
];
const INTERVAL_MS = 10_000;

/** One of several processes of the daemon, and its own ways to the API server and to EC2. */
class Replica {
  readonly name: string;
  readonly api: SeverableLink;
  readonly ec2: CallRecorder;
  readonly daemon: Daemon;

  private constructor(name: string, api: SeverableLink, ec2: CallRecorder, daemon: Daemon) {
    this.name = name;
    this.api = api;
    this.ec2 = ec2;
    this.daemon = daemon;
  }

  /** @param clockOffset - how far its clock is off, in milliseconds */
  static async start(name: string, cluster: TestCluster, moto: Moto, clockOffset: number): Promise<Replica> {
    const api = await startSeverableLink(cluster.server.url);
    const ec2 = await startCallRecorder(moto.url);
    const shift = `const now = Date.now; Date.now = () => now() + ${clockOffset};`;
    const daemon = new Daemon({
      ...motoCredentials,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_EC2: ec2.url,
      KUBE_CONFIG_FILE: await cluster.kubeconfigOfTheRole(api.url),
      BACKENDS: "aws",
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}`,
    });
    return new Replica(name, api, ec2, daemon);
  }

  /** The names under which it was a member. */
  get members(): readonly string[] {
    return this.daemon.log.flatMap(({ event, member }) => (event === "replica.joined" && member ? [member] : []));
  }

  /** The locations that it serves, as its log has it. */
  get serves(): readonly string[] {
    const serves = new Set<string>();
    for (const line of this.daemon.log as readonly { event?: string; location?: string; tenure?: string }[]) {
      if (line.event !== "location.tenure" || line.location === undefined) continue;
      if (line.tenure === "owner") serves.add(line.location);
      else serves.delete(line.location);
    }
    return [...serves];
  }

  creationsSince(time: number): readonly RecordedCall[] {
    return this.ec2.calls.filter(({ action, at }) => action === "CreateSnapshot" && at >= time);
  }

  async end(): Promise<void> {
    await this.daemon.stop("SIGKILL");
    await this.api.stop();
    await this.ec2.stop();
  }
}

describe.skipIf(!ready)("five replicas on a real kube-apiserver and moto, one volume in each of twenty regions", () => {
  let folder: string;
  let cluster: TestCluster;
  let moto: Moto;
  const replicas: Replica[] = [];

  const start = async (count: number): Promise<void> => {
    // Clocks of two minutes apart: less than what CLOCK_TOLERANCE allows.
    const offsets = [0, 120_000, -120_000, 60_000, -60_000];
    for (let started = 0; started < count; started++) {
      const number = replicas.length;
      replicas.push(
        await Replica.start(`replica-${number}`, cluster, moto, offsets[number % offsets.length] as number),
      );
    }
  };
  const alive = (): Replica[] => replicas.filter(({ daemon }) => daemon.isRunning);
  const allCalls = (): ReplicaCall[] =>
    replicas.flatMap(({ name, ec2 }) => ec2.calls.map((call) => ({ ...call, replica: name })));
  const explain = (): string => replicas.map(({ name, daemon }) => `${name}\n${daemon.lastWords}`).join("\n");

  /** Every volume has had a snapshot since then. */
  const servedSince = async (time: number, by: readonly Replica[] = alive()): Promise<void> => {
    await waitUntil(
      async () => {
        const served = new Set(by.flatMap((one) => one.creationsSince(time).map(({ region }) => region)));
        return regions.every((region) => served.has(region));
      },
      () => `not all volumes were served: ${explain()}`,
    );
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "replicas-"));
    [cluster, moto] = await Promise.all([
      TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder),
      startMoto(motoServer as string),
    ]);
    for (const region of regions) {
      const zone = { AvailabilityZone: `${region}a`, Size: "1" };
      const disk = textOf(await callEc2(moto.url, region, { Action: "CreateVolume", ...zone }), "volumeId") as string;
      await cluster.apply({
        apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
        kind: "SnapshotRule",
        metadata: { name: region, namespace: "kube-system" },
        spec: { deltas: "PT10S PT30S", backend: "aws", disk: { region, volumeId: disk } },
      });
    }
    await start(5);
  });

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.end()));
    await moto?.stop();
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("each serves its share: none holds or does more than a 4.5th of all", async () => {
    await waitUntil(
      async () => replicas.every(({ serves }) => serves.length === 4),
      () => `not shared evenly: ${explain()}`,
    );
    const since = Date.now();
    await servedSince(since);
    await servedSince(Date.now());
    for (const action of ["CreateSnapshot", "DeleteSnapshot", "DescribeSnapshots"]) {
      const counts = replicas.map(
        ({ ec2 }) => ec2.calls.filter((call) => call.action === action && call.at >= since).length,
      );
      const all = counts.reduce((sum, count) => sum + count, 0);
      process.stdout.write(`${action}: ${counts.join(", ")} of ${all}\n`);
    }
  });

  test("after a kill the others take over within 20 seconds", async () => {
    const victim = replicas[0] as Replica;
    const lost = victim.serves;
    const killedAt = Date.now();
    await victim.daemon.stop("SIGKILL");
    await waitUntil(
      async () => lost.every((region) => alive().some(({ serves }) => serves.includes(region))),
      () => `not taken over: ${explain()}`,
    );
    process.stdout.write(`taken over ${Date.now() - killedAt} ms after a kill\n`);
    await servedSince(Date.now());
  });

  test("one that was stopped for a minute does nothing more under its old name", async () => {
    const stopped = replicas[1] as Replica;
    const [member] = stopped.members;
    stopped.daemon.signal("SIGSTOP");
    await pause(60_000);
    const resumedAt = Date.now();
    stopped.daemon.signal("SIGCONT");
    await waitUntil(
      async () => stopped.members.length === 2 && stopped.serves.length > 0,
      () => `it did not come back: ${stopped.daemon.lastWords}`,
    );
    expect(stopped.members[1]).not.toBe(member);
    await servedSince(resumedAt);
  });

  test("one that cannot reach the API server leaves its locations to others", async () => {
    const cut = replicas[2] as Replica;
    const lost = cut.serves;
    cut.api.cut();
    const others = alive().filter((one) => one !== cut);
    await waitUntil(
      async () => lost.every((region) => others.some(({ serves }) => serves.includes(region))),
      () => `not taken over: ${explain()}`,
    );
    await servedSince(Date.now(), others);
    cut.api.mend();
    await waitUntil(
      async () => cut.members.length === 2 && cut.serves.length > 0,
      () => `it did not come back: ${cut.daemon.lastWords}`,
    );
  });

  test("stopped in the middle of a call, and only resumed when others have taken over", async () => {
    const points = [
      [replicas[1], "DescribeSnapshots", "received"],
      [replicas[2], "CreateSnapshot", "received"],
      [replicas[3], "CreateSnapshot", "done"],
    ] as const;
    for (const [replica, action, moment] of points) await stoppedAt(replica as Replica, action, moment);
    await stoppedAt(replicas[4] as Replica, "DeleteSnapshot", "received");
    await stoppedAt(replicas[3] as Replica, "DeleteSnapshot", "done");
    await servedSince(Date.now());
  });

  test("one that is asked to stop hands over at once", async () => {
    const leaving = replicas[4] as Replica;
    const lost = leaving.serves;
    const askedAt = Date.now();
    expect(await leaving.daemon.stop("SIGTERM")).toBe(0);
    await waitUntil(
      async () => lost.every((region) => alive().some(({ serves }) => serves.includes(region))),
      () => `not taken over: ${explain()}`,
    );
    process.stdout.write(`taken over ${Date.now() - askedAt} ms after SIGTERM\n`);
    await servedSince(Date.now());
  });

  test("nothing was made or deleted twice, and nothing by one that was not the owner", async () => {
    const requests = await cluster.server.audit.requestsOf(serviceAccount);
    const leases = requests.filter(({ resource }) => resource === "leases");
    expect(requests.filter(({ status }) => status === 403)).toEqual([]);
    const used = new Set(leases.map(({ verb }) => `${verb} leases`));
    const granted = (await cluster.grantedToTheRole()).filter((permission) => permission.endsWith(" leases"));
    expect([...used].sort()).toEqual(granted.sort());
    const calls = allCalls();
    expect(calls.filter(({ action }) => action === "CreateSnapshot").length).toBeGreaterThan(100);
    expect(calls.filter(({ action }) => action === "DeleteSnapshot").length).toBeGreaterThan(50);
    const replicaOf = (member: string): string =>
      replicas.find(({ members }) => members.includes(member))?.name ?? "unknown";
    expect(breachesIn(calls, leases, INTERVAL_MS, replicaOf)).toEqual([]);
  });

  /** Stops a replica at the next such call, until the others serve what it served; then lets it go on. */
  async function stoppedAt(replica: Replica, action: string, moment: "received" | "done"): Promise<void> {
    const { daemon, ec2, serves } = replica;
    const names = replica.members.length;
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    ec2.onCall = (call, at) => {
      if (call.action !== action || at !== moment) return;
      daemon.signal("SIGSTOP");
      ec2.onCall = () => {};
      resolve();
    };
    await reached;
    const others = alive().filter((one) => one !== replica);
    await waitUntil(
      async () => serves.every((region) => others.some((other) => other.serves.includes(region))),
      () => `not taken over: ${explain()}`,
    );
    daemon.signal("SIGCONT");
    await waitUntil(
      async () => replica.members.length > names && replica.serves.length > 0,
      () => `it did not come back: ${daemon.lastWords}`,
    );
  }
});
