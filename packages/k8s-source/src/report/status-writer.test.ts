import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { VirtualClock } from "../../test/virtual-clock.ts";
import { WriteWorld } from "../../test/write-world.ts";
import { snapshotRuleDefinition } from "../crd/snapshot-rule-definition.ts";
import { type ObjectIdentity, SNAPSHOT_RULE_API_VERSION } from "../watch/kubernetes-objects.ts";
import { type SnapshotRuleStatus, StatusWriter } from "./status-writer.ts";

const resource = "snapshotrules.k8s-snapshots.elsdoerfer.com";
const reference = { namespace: "default", name: "data" };
const wanted: SnapshotRuleStatus = {
  conditions: [
    { type: "Ready", status: "True", reason: "UpToDate", message: "all is well" },
    { type: "Late", status: "False", reason: "InTime", message: "in time" },
  ],
  lastSnapshotTime: new Date("2026-11-22T23:30:00.123Z"),
  nextSnapshotTime: new Date("2026-11-23T00:30:00Z"),
  snapshotCount: 3,
};

describe("the status writer", () => {
  let world: WriteWorld;
  let emulator: KubernetesEmulator;
  let clock: VirtualClock;
  let writer: StatusWriter;
  let rule: ObjectIdentity;

  beforeEach(async () => {
    world = await WriteWorld.start();
    ({ emulator, clock } = world);
    emulator.store.create("customresourcedefinitions.apiextensions.k8s.io", { ...snapshotRuleDefinition });
    const { metadata } = emulator.store.create(resource, {
      apiVersion: SNAPSHOT_RULE_API_VERSION,
      kind: "SnapshotRule",
      metadata: reference,
      spec: { deltas: "P1D P7D", persistentVolumeClaim: "data" },
    });
    const { uid, creationTimestamp } = metadata as { uid: string; creationTimestamp: string };
    rule = {
      apiVersion: SNAPSHOT_RULE_API_VERSION,
      kind: "SnapshotRule",
      ...reference,
      uid,
      creationTimestamp,
      generation: 1,
    };
    writer = new StatusWriter(world.newProcess());
  });

  afterEach(() => world.end());

  const status = () => emulator.store.get(resource, reference)["status"];
  const readySince = () =>
    (status() as { conditions: { type: string; lastTransitionTime: string }[] }).conditions.find(
      ({ type }) => type === "Ready",
    )?.lastTransitionTime;
  const version = () => emulator.store.get(resource, reference).metadata.resourceVersion;
  const requests = () => emulator.requests.count({ verb: "patch" });

  const written = async (count: number): Promise<void> => {
    await clock.advance(10_000);
    await world.written(count, requests);
  };

  test("writes what is wanted", async () => {
    writer.update(rule, () => wanted);
    await written(2);
    expect(status()).toEqual({
      observedGeneration: 1,
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "UpToDate",
          message: "all is well",
          lastTransitionTime: expect.stringMatching(/^2026-11-23T00:00:\d\dZ$/) as string,
          observedGeneration: 1,
        },
        expect.objectContaining({ type: "Late", status: "False", observedGeneration: 1 }) as unknown,
      ],
      lastSnapshotTime: "2026-11-22T23:30:00Z",
      nextSnapshotTime: "2026-11-23T00:30:00Z",
      snapshotCount: 3,
    });
  });

  test("what has not changed is not written again, also by a daemon that was started since", async () => {
    writer.update(rule, () => wanted);
    await written(2);
    const before = version();
    writer.update(rule, () => wanted);
    await written(2);
    new StatusWriter(world.newProcess()).update(rule, () => wanted);
    await written(3);
    expect(version()).toBe(before);
  });

  test("the time of the transition is kept until the condition's status changes", async () => {
    writer.update(rule, () => wanted);
    await written(2);
    const transition = readySince();
    writer.update(rule, () => ({
      ...wanted,
      snapshotCount: 4,
      conditions: [{ type: "Ready", status: "True", reason: "IntervalTooShort", message: "all is well" }],
    }));
    await written(3);
    expect(status()).toMatchObject({
      snapshotCount: 4,
      conditions: [{ type: "Late" }, { reason: "IntervalTooShort" }],
    });
    expect(readySince()).toBe(transition);
    const forbidden = { type: "Ready", status: "False", reason: "Forbidden", message: "no" } as const;
    writer.update(rule, () => ({ ...wanted, conditions: [forbidden] }));
    await written(4);
    expect(status()).toMatchObject({ conditions: [{ type: "Late" }, { status: "False", reason: "Forbidden" }] });
    expect(readySince()).not.toBe(transition);
  });

  test("what is not known any more is taken away, and conditions of others stay", async () => {
    const other = {
      type: "Audited",
      status: "True",
      reason: "Yes",
      message: "",
      lastTransitionTime: "2026-11-01T00:00:00Z",
    };
    emulator.store.patchStatus(resource, reference, { conditions: [other], snapshotCount: 9, note: "mine" });
    writer.update(rule, () => ({ ...wanted, lastSnapshotTime: undefined, snapshotCount: undefined }));
    await written(2);
    expect(status()).toMatchObject({ note: "mine", conditions: [other, { type: "Ready" }, { type: "Late" }] });
    expect(status()).not.toHaveProperty("snapshotCount");
  });

  test("many changes of one rule are one write in ten seconds", async () => {
    writer.update(rule, () => wanted);
    await written(2);
    for (let count = 0; count < 50; count += 1) writer.update(rule, () => ({ ...wanted, snapshotCount: count }));
    await written(3);
    expect(status()).toMatchObject({ snapshotCount: 49 });
  });

  test("a rule that is gone, or another one of its name, is left alone", async () => {
    writer.update({ ...rule, uid: "00000000-0000-0000-0000-000000000000" }, () => wanted);
    await written(2);
    expect(status()).toBeUndefined();
    emulator.store.delete(resource, reference);
    writer.update(rule, () => wanted);
    await written(3);
  });
});
