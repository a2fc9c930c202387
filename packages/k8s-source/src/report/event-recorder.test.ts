import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { VirtualClock } from "../../test/virtual-clock.ts";
import { WriteWorld } from "../../test/write-world.ts";
import type { ObjectIdentity } from "../watch/kubernetes-objects.ts";
import { EventRecorder } from "./event-recorder.ts";

const creationTimestamp = "2026-11-01T00:00:00Z";
const claim: ObjectIdentity = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  namespace: "default",
  name: "data",
  uid: "5f0c",
  creationTimestamp,
};
const volume: ObjectIdentity = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  name: "pv",
  uid: "77aa",
  creationTimestamp,
};
const made = (id: string) => ({ type: "Normal", reason: "SnapshotCreated", message: `${id} is ready` }) as const;

describe("the event recorder", () => {
  let world: WriteWorld;
  let emulator: KubernetesEmulator;
  let clock: VirtualClock;
  let recorder: EventRecorder;

  beforeEach(async () => {
    world = await WriteWorld.start();
    ({ emulator, clock } = world);
    recorder = new EventRecorder(world.newProcess());
  });

  afterEach(() => world.end());

  const events = () => emulator.store.list("events");
  const writes = () => emulator.requests.list({ resource: "events" }).map(({ verb }) => verb);

  const written = (count: number): Promise<void> => world.written(count, () => writes().length);

  test("tells the object at once", async () => {
    recorder.record(claim, made("snap-1"));
    await written(1);
    expect(events()).toMatchObject([
      {
        involvedObject: {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          namespace: "default",
          name: "data",
          uid: "5f0c",
        },
        metadata: { namespace: "default" },
        type: "Normal",
        reason: "SnapshotCreated",
        message: "snap-1 is ready",
        count: 1,
        firstTimestamp: "2026-11-23T00:00:00Z",
        lastTimestamp: "2026-11-23T00:00:00Z",
        source: { component: "k8s-snapshots" },
      },
    ]);
  });

  test("an event of a volume, which has no namespace, is in default", async () => {
    recorder.record(volume, made("snap-1"));
    await written(1);
    expect(events()).toMatchObject([
      { metadata: { namespace: "default" }, involvedObject: { kind: "PersistentVolume" } },
    ]);
  });

  test("folds repeats: one object, one write in five minutes, the latest message and the count", async () => {
    recorder.record(claim, made("snap-1"));
    await written(1);
    for (let second = 1; second < 300; second += 1) {
      await clock.advance(1_000);
      recorder.record(claim, made(`snap-${second + 1}`));
    }
    expect(writes()).toEqual(["create"]);
    await clock.advance(1_000);
    await written(2);
    expect(writes()).toEqual(["create", "patch"]);
    expect(events()).toMatchObject([
      {
        count: 300,
        message: "snap-300 is ready",
        lastTimestamp: "2026-11-23T00:04:59Z",
        firstTimestamp: "2026-11-23T00:00:00Z",
      },
    ]);
  });

  test("other reasons and other objects have events of their own", async () => {
    recorder.record(claim, made("snap-1"));
    recorder.record(claim, { type: "Warning", reason: "SnapshotFailed", message: "no quota" });
    recorder.record(volume, made("snap-1"));
    await written(3);
    expect(events()).toHaveLength(3);
  });

  test("a daemon that is started again goes on counting", async () => {
    recorder.record(claim, made("snap-1"));
    await written(1);
    await clock.advance(60_000);
    new EventRecorder(world.newProcess()).record(claim, made("snap-2"));
    await written(4);
    expect(events()).toMatchObject([{ count: 2, message: "snap-2 is ready", lastTimestamp: "2026-11-23T00:01:00Z" }]);
  });

  test("an event that the API server has forgotten is made anew", async () => {
    recorder.record(claim, made("snap-1"));
    await written(1);
    const name = events()[0]?.metadata.name as string;
    emulator.store.delete("events", { namespace: "default", name });
    await clock.advance(50 * 60_000);
    recorder.record(claim, made("snap-2"));
    await written(3);
    expect(events()).toMatchObject([{ message: "snap-2 is ready" }]);
  });

  test("a message of any length, and a name of any length, are cut to what the API server takes", async () => {
    const name = `${"a".repeat(229)}.${"b".repeat(23)}`;
    recorder.record({ ...claim, name }, { type: "Warning", reason: "SnapshotFailed", message: "ä".repeat(2_000) });
    await written(1);
    const [event] = events();
    expect(Buffer.byteLength(event?.["message"] as string)).toBeLessThanOrEqual(1_024);
    expect(event?.metadata.name).toMatch(/^a+\.[0-9a-f]{16}$/);
  });
});
