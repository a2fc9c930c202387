import assert from "node:assert/strict";
import { describeManifestFault, mayOwnVolume } from "../manifest.ts";
import type { ConformanceKit } from "./conformance-kit.ts";

/** What the package says of its backend. */
export function describeManifest(kit: ConformanceKit): void {
  const { harness } = kit;
  const { manifest } = harness;

  kit.describe("manifest", () => {
    kit.test("the daemon would accept it, names and all", async () => {
      assert.equal(describeManifestFault(manifest), undefined);
    });

    kit.test("it is a value that can be written down", async () => {
      assert.deepEqual(JSON.parse(JSON.stringify(manifest)), manifest);
    });

    kit.test("the backend has its name", async ({ backend }) => {
      assert.equal(backend.name, manifest.name);
    });

    kit.test("a volume of this storage system is worth asking about", async ({ world, disk }) => {
      assert.ok(mayOwnVolume(manifest, harness.volumeFor(world, disk)), "volumes matches none of its own");
    });

    kit.test("the fields of a disk are described, those that are needed too", async ({ world, disk }) => {
      const { properties, required = [], oneOf = [] } = manifest.diskSchema;
      const fields = Object.keys(harness.specFor(world, disk));
      assert.deepEqual(
        fields.filter((field) => !Object.hasOwn(properties, field)),
        [],
        "not described",
      );
      assert.deepEqual(
        required.filter((field) => !fields.includes(field)),
        [],
        "needed, and not given",
      );
      const given = oneOf.filter((one) => one.required.every((field) => fields.includes(field)));
      assert.equal(given.length, oneOf.length === 0 ? 0 : 1, "how many of oneOf are given");
    });

    kit.test("each parameter of a creation is a text, with a description", async () => {
      for (const [name, { type, description }] of Object.entries(manifest.parameters ?? {})) {
        assert.equal(type, "string", `the type of ${name}`);
        assert.ok(description, `${name} has no description`);
      }
    });

    kit.test("each setting has a variable and a description", async () => {
      for (const { variable, description } of manifest.settings) {
        assert.match(variable, /^[A-Z][A-Z0-9_]*$/);
        assert.notEqual(description, "", `the description of ${variable}`);
      }
    });
  });
}
