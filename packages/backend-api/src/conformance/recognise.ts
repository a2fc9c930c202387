import assert from "node:assert/strict";
import type { Disk, PersistentVolumeView } from "../disk.ts";
import type { ConformanceKit } from "./conformance-kit.ts";

const foreignVolumes: readonly PersistentVolumeView[] = [
  { metadata: { name: "nfs" }, spec: { nfs: { server: "nfs.example", path: "/export" } } },
  { metadata: { name: "csi" }, spec: { csi: { driver: "other.csi.example", volumeHandle: "volume-1" } } },
  { metadata: { name: "none" }, spec: {} },
];

/** Which disk a volume or a rule means. */
export function describeRecognition(kit: ConformanceKit): void {
  const { harness } = kit;

  kit.describe("diskForVolume", () => {
    kit.test("a volume of this storage system is its disk", async ({ backend, world, disk }) => {
      assert.deepEqual(identity(await backend.diskForVolume(harness.volumeFor(world, disk))), identity(disk));
    });

    kit.test("the same volume is the same disk each time", async ({ backend, world, disk }) => {
      const volume = harness.volumeFor(world, disk);
      const again = await backend.diskForVolume(structuredClone(volume));
      assert.deepEqual(identity(await backend.diskForVolume(volume)), identity(again));
    });

    kit.test("two volumes are two disks", async ({ backend, world, disk }) => {
      const other = await harness.createDisk(world);
      assert.notDeepEqual(
        identity(await backend.diskForVolume(harness.volumeFor(world, disk))),
        identity(await backend.diskForVolume(harness.volumeFor(world, other))),
      );
    });

    kit.test("a volume of another storage system is none of ours", async ({ backend }) => {
      for (const volume of [...foreignVolumes, ...(harness.foreignVolumes ?? [])]) {
        assert.equal(await backend.diskForVolume(volume), undefined, `volume ${volume.metadata.name} was claimed`);
      }
    });

    kit.testWith(
      ["brokenVolumes"],
      "a volume that lacks something is an error that says what",
      async (context, hooks) => {
        for (const { volume, mentions } of hooks.brokenVolumes) {
          const error = await context.rejection("invalid", () => context.backend.diskForVolume(volume));
          assert.ok(error.message.includes(mentions), `"${error.message}" does not mention ${mentions}`);
        }
      },
    );
  });

  kit.describe("diskForSpec", () => {
    kit.test("a rule's disk is the same as the volume's", async ({ backend, world, disk }) => {
      assert.deepEqual(identity(await backend.diskForSpec(harness.specFor(world, disk))), identity(disk));
    });

    kit.test("a missing field is an error that names it", async (context) => {
      const spec = harness.specFor(context.world, context.disk);
      for (const field of Object.keys(spec)) {
        if (harness.optionalSpecFields?.includes(field)) continue;
        const { [field]: _, ...rest } = spec;
        await rejectionNaming(field, rest);
      }

      async function rejectionNaming(field: string, rest: Readonly<Record<string, unknown>>): Promise<void> {
        const error = await context.rejection("invalid", () => context.backend.diskForSpec(rest));
        assert.ok(error.message.includes(field), `"${error.message}" does not name ${field}`);
      }
    });

    kit.test("a field that is no text is an error that names it", async (context) => {
      const spec = harness.specFor(context.world, context.disk);
      for (const field of Object.keys(spec)) {
        const error = await context.rejection("invalid", () => context.backend.diskForSpec({ ...spec, [field]: 7 }));
        assert.ok(error.message.includes(field), `"${error.message}" does not name ${field}`);
      }
    });

    kit.test("an unknown field is an error that names it", async (context) => {
      const spec = { ...harness.specFor(context.world, context.disk), volumeColour: "green" };
      const error = await context.rejection("invalid", () => context.backend.diskForSpec(spec));
      assert.ok(error.message.includes("volumeColour"), `"${error.message}" does not name volumeColour`);
    });
  });
}

/** Which disk it is: its details do not matter. */
function identity(disk: Disk | undefined): Disk | undefined {
  return disk && { location: disk.location, id: disk.id };
}
