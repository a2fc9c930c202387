import assert from "node:assert/strict";
import type { Disk } from "../disk.ts";
import type { ConformanceKit } from "./conformance-kit.ts";
import type { TestContext } from "./test-context.ts";

/** What a creation gets beside: the backend's own note of the disk, and what a rule says in the storage system's terms. */
export function describeParameters(kit: ConformanceKit): void {
  const { harness } = kit;
  const { parameters } = harness.manifest;
  const unless = parameters === undefined ? "the manifest declares no parameters" : undefined;

  kit.describe("details and parameters", () => {
    kit.test("a disk's details are texts, and its volume's can be handed back", async (context) => {
      const disk = await context.backend.diskForVolume(harness.volumeFor(context.world, context.disk));
      assert.ok(disk, "the volume is none of this storage system");
      await createWithDetails(context, disk);
    });

    kit.test("the details of a rule's disk can be handed back", async (context) => {
      await createWithDetails(context, await context.backend.diskForSpec(harness.specFor(context.world, context.disk)));
    });

    kit.testWith(
      ["creationParameters"],
      "a creation takes the parameters that are declared",
      async (context, hooks) => {
        const undeclared = Object.keys(hooks.creationParameters).filter(
          (name) => !Object.hasOwn(parameters ?? {}, name),
        );
        assert.deepEqual(undeclared, [], "what the manifest does not declare");
        await context.listed(await context.create({ parameters: hooks.creationParameters }));
      },
    );

    kit.testUnless(unless, "a parameter that is not declared is invalid, and named", async (context) => {
      await refused(context, { volumeColour: "green" }, "volumeColour");
    });

    kit.testWith(
      ["brokenParameters"],
      "a parameter whose value cannot be is invalid, and named",
      async (context, hooks) => {
        for (const { parameters: broken, mentions } of hooks.brokenParameters) await refused(context, broken, mentions);
      },
    );

    kit.testIfCapable("groups")(["creationParameters"], "a group takes the same parameters", async (context, hooks) => {
      const { creationParameters } = hooks;
      const made = await context.createGroup(await context.groupRequest({ parameters: creationParameters }));
      assert.equal((await context.settledList()).length, made.length);
      const request = await context.groupRequest({ parameters: { ...creationParameters, volumeColour: "green" } });
      const error = await context.rejection("invalid", () => context.createGroup(request));
      assert.ok(error.message.includes("volumeColour"), `"${error.message}" does not name volumeColour`);
      assert.equal((await context.settledList()).length, made.length);
    });
  });
}

async function createWithDetails(context: TestContext, disk: Disk): Promise<void> {
  for (const [name, value] of Object.entries(disk.details ?? {})) {
    assert.equal(typeof value, "string", `details.${name} is ${JSON.stringify(value)}`);
  }
  const snapshot = await context.create({ disk });
  assert.deepEqual({ location: snapshot.location, id: snapshot.diskId }, { location: disk.location, id: disk.id });
}

async function refused(
  context: TestContext,
  parameters: Readonly<Record<string, string>>,
  name: string,
): Promise<void> {
  const error = await context.rejection("invalid", () => context.create({ parameters }));
  assert.ok(error.message.includes(name), `"${error.message}" does not name ${name}`);
  assert.deepEqual(await context.settledList(), []);
}
