import { AwsBackend, type Ec2Api, type Ec2Snapshot, parseAwsConfig } from "@k8s-snapshots/backend-aws";
import { parseDeltas } from "@k8s-snapshots/retention";
import { Scheduler } from "@k8s-snapshots/scheduler";
import { VirtualClock } from "@k8s-snapshots/scheduler/testing";
import { TraceRecorder } from "@k8s-snapshots/scheduler/trace";
import { expect, it } from "vitest";

const HOUR = 3_600_000;
const AWS_SECRET_ACCESS_KEY = "secret-key-0123456789";
const AWS_ACCESS_KEY_ID = "AKIA0123456789";

/** What an SDK's error may hold: the request, with its signature and its credentials. */
function leaking(name: string): Error {
  const message = `Credential=${AWS_ACCESS_KEY_ID}, ${AWS_SECRET_ACCESS_KEY}`;
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: 403 },
    $response: AWS_SECRET_ACCESS_KEY,
  });
}

it("a trace holds nothing of what an SDK's error says, and no label that decides nothing", async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const labels = { "created-by": "k8s-snapshots", "k8s-snapshots/hold": "true", password: "tag-of-a-person" };
  const snapshot: Ec2Snapshot = {
    SnapshotId: "snap-1",
    VolumeId: "vol-1",
    StartTime: new Date(clock.now() - 2 * HOUR),
    State: "completed",
    Tags: Object.entries(labels).map(([Key, Value]) => ({ Key, Value })),
  };
  const ec2: Partial<Ec2Api> = {
    describeSnapshots: async () => ({ Snapshots: [snapshot] }),
    createSnapshot: async () => {
      throw leaking("SignatureDoesNotMatch");
    },
    credentials: () => undefined,
    close: () => {},
  };
  const config = parseAwsConfig({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION: "eu-west-1" });
  const backend = new AwsBackend(config, { openRegion: () => ec2 as Ec2Api });
  const recorder = new TraceRecorder("0.0.0");
  let trace = "";
  const scheduler = new Scheduler({
    backends: new Map([["aws", backend]]),
    cluster: "cluster-1",
    clock,
    onTrace: (event) => {
      trace += recorder.record(event);
    },
  });
  const disk = { location: "eu-west-1", id: "vol-1" };
  scheduler.setRules([{ id: "rule", name: "pv-1", backend: "aws", disk, deltas: parseDeltas("PT1H P1D") }]);
  const stop = new AbortController();
  const running = scheduler.run(stop.signal);
  await clock.runUntil(clock.now() + HOUR);
  stop.abort();
  await clock.runUntil(clock.now() + HOUR);
  await running;

  expect(trace).toContain('"type":"creation.refused","error":{"code":"unauthenticated"');
  expect(trace).toContain('"labels":{"k8s-snapshots/hold":"true"}');
  for (const secret of [AWS_SECRET_ACCESS_KEY, AWS_ACCESS_KEY_ID, "tag-of-a-person"])
    expect(trace).not.toContain(secret);
});
