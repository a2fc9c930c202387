import assert from "node:assert/strict";
import type { Snapshot } from "../snapshot.ts";
import type { VolumeFacts } from "../volume-facts.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import type { TestContext } from "./test-context.ts";

/** As a cluster has them. */
const facts: VolumeFacts = {
  persistentVolume: "pvc-0f3b1c5e-8d7a-4a63-9a51-2f6d9c1e7b40",
  claim: { namespace: "team-a", name: "data-postgresql-0" },
  storageClass: "gp3",
  accessModes: ["ReadWriteOnce", "ReadWriteOncePod"],
  volumeMode: "Filesystem",
  fsType: "ext4",
  capacity: "10Gi",
  csiDriver: "csi.example.com",
  zones: ["eu-1a", "eu-1b"],
};

/** The longest names that Kubernetes allows: too long for most places that a storage system has. */
const longFacts: VolumeFacts = {
  ...facts,
  persistentVolume: "p".repeat(253),
  claim: { namespace: "n".repeat(63), name: "c".repeat(253) },
  storageClass: "s".repeat(253),
};

/** What a snapshot keeps of its volume. */
export function describeVolumeFacts(kit: ConformanceKit): void {
  const test = kit.testIfCapable("volumeFacts");

  kit.describe("volume facts", () => {
    test([], "the facts of the volume come back with the answer and the list", async (context) => {
      const created = await context.create({ volume: facts });
      assert.deepEqual(created.volume, facts);
      assert.deepEqual((await context.listed(created)).volume, facts);
      assertLabels(created, context);
    });

    kit.testIfCapable("volumeFacts", "read")([], "the facts come back with a read", async (context) => {
      const { id, location } = await context.listed(await context.create({ volume: facts }));
      assert.deepEqual((await context.backend.readSnapshot?.({ id, location }))?.volume, facts);
    });

    test([], "a fact that does not fit is left out whole, and the snapshot is made", async (context) => {
      const created = await context.create({ volume: longFacts });
      const { volume = {} } = await context.listed(created);
      assert.deepEqual(created.volume ?? {}, volume, "the answer and the list differ");
      const kept = Object.fromEntries(Object.keys(volume).map((name) => [name, longFacts[name as keyof VolumeFacts]]));
      assert.deepEqual(volume, kept, "a fact is another than it was");
    });

    test([], "facts of the volume do not tell one creation from another", async (context) => {
      const request = context.request({ volume: facts });
      const { id } = await context.listed(await context.backend.createSnapshot(request));
      const again = await context.backend.createSnapshot({ ...request, volume: longFacts, mayExist: true });
      assert.equal(again.id, id);
      assert.deepEqual((await context.listed(again)).volume, facts, "the facts are not those of the first call");
    });

    test([], "a snapshot that was made without facts has none", async (context) => {
      const created = await context.create();
      assert.equal(created.volume, undefined);
      assert.equal((await context.listed(created)).volume, undefined);
    });

    kit.testIfCapable("volumeFacts", "setLabels")([], "the facts stay when labels are set", async (context) => {
      const snapshot = await context.ready({ volume: facts });
      await context.backend.setSnapshotLabels?.(snapshot, { "k8s-snapshots/hold": "true" });
      assert.deepEqual((await context.listed(snapshot)).volume, facts);
    });
  });
}

/** Wherever the facts are kept, the labels are what they were. */
function assertLabels({ labels }: Snapshot, context: TestContext): void {
  for (const [key, value] of Object.entries(context.labels)) assert.equal(labels[key], value, `label ${key}`);
}
