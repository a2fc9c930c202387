import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { type CallRecorder, type RecordedCall, startCallRecorder } from "./harness/call-recorder.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { type AwsCli, createEc2Volume, type Ec2Snapshot, ec2SnapshotsOf, motoCredentials } from "./harness/run-aws.ts";
import { Daemon } from "./harness/start-daemon.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, aws, motoServer } = inject("programs");

/** The program of version 0.1: `.ci/nightly` builds it from the history of this repository. */
const former = process.env["FORMER_DAEMON"];
const ready = [kubernetes, kubectl, aws, motoServer, former].every((program) => program !== undefined);
const region = "eu-west-1";
const INTERVAL_MS = 4_000;

describe.skipIf(!ready)("from version 0.1 to this one, and back", () => {
  let folder: string;
  let cluster: TestCluster;
  let moto: Moto;
  let cli: AwsCli;
  let recorder: CallRecorder;
  let environment: Record<string, string>;
  /** Claims of seconds, of days, and one whose rule is gone; by their volumes. */
  let quick: string;
  let kept: string;
  let left: string;
  let daemon: Daemon | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "former-version-"));
    [cluster, moto] = await Promise.all([
      TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder),
      startMoto(motoServer as string),
    ]);
    cli = { program: aws as string, url: moto.url, region };
    recorder = await startCallRecorder(moto.url);
    environment = {
      ...motoCredentials,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_EC2: recorder.url,
      KUBE_CONFIG_FILE: await cluster.kubeconfigOfTheRole(),
      BACKENDS: "aws",
    };
    quick = await volume("quick");
    kept = await volume("kept");
    left = await volume("left");
  });

  afterAll(async () => {
    await daemon?.stop("SIGKILL");
    await recorder?.stop();
    await moto?.stop();
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("version 0.1 takes snapshots, and lets them thin out", async () => {
    daemon = new Daemon(environment, former as string);
    await cluster.annotate("quick", "PT4S PT8S PT24S");
    await cluster.annotate("kept", "P1D P7D");
    await cluster.annotate("left", "P1D P7D");
    await waitUntil(async () => deletions().length >= 2, lastWords);
    await waitUntil(async () => (await held(kept)).length === 1 && (await held(left)).length === 1, lastWords);
    await cluster.removeAnnotation("left");
  });

  test.each([
    ["this version", undefined],
    ["version 0.1 again", former],
    ["this version once more", undefined],
  ])("%s goes on with them: nothing is lost, nothing is taken twice", async (_, program) => {
    expect(await daemon?.stop("SIGTERM")).toBe(0);
    const before = { kept: await held(kept), left: await held(left), deletions: deletions().length };
    const begun = creations().length;
    daemon = new Daemon(environment, program);
    await waitUntil(
      async () => creations().length >= begun + 6 && deletions().length >= before.deletions + 3,
      lastWords,
    );
    expect(await held(kept)).toEqual(before.kept);
    expect(await held(left)).toEqual(before.left);
    expect((await held(quick)).length).toBeGreaterThanOrEqual(3);
  });

  test("one snapshot an interval in all that time, and each was deleted once", () => {
    const times = creations()
      .filter((call) => call.volume === quick)
      .map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] as number));
    // A storage system dates by the second.
    expect(gaps.filter((gap) => gap < INTERVAL_MS - 1_500)).toEqual([]);
    const deleted = deletions().map(({ snapshot }) => snapshot);
    expect(new Set(deleted).size).toBe(deleted.length);
  });

  async function volume(claim: string): Promise<string> {
    const disk = await createEc2Volume(cli);
    const labels = { "topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": `${region}a` };
    await cluster.addVolume({ name: claim, labels, csi: { driver: "ebs.csi.aws.com", volumeHandle: disk } });
    return disk;
  }

  async function held(disk: string): Promise<readonly Ec2Snapshot["SnapshotId"][]> {
    return (await ec2SnapshotsOf(cli, disk)).map(({ SnapshotId }) => SnapshotId);
  }

  const done = (action: string): RecordedCall[] =>
    recorder.calls.filter((call) => call.action === action && call.status === 200);
  const creations = (): RecordedCall[] => done("CreateSnapshot");
  const deletions = (): RecordedCall[] => done("DeleteSnapshot");
  const lastWords = (): string => daemon?.lastWords ?? "";
});
