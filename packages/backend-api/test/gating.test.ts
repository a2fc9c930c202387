import { describe, expect, it } from "vitest";
import { type ConformanceHarness, describeBackendConformance } from "../src/conformance/index.ts";
import { type CollectedResults, collectResults } from "./collecting-runner.ts";
import { type MemoryTestWorld, memoryHarness } from "./memory-harness.ts";

describe("what a harness leaves out", () => {
  it("is skipped, and the name says which hook is missing", async () => {
    const { failSecondPage: _, ...harness } = memoryHarness();
    expect(await skippedBy(harness)).toEqual([
      "a page that fails is an error, not the end of the list [skipped: the harness has no failSecondPage]",
    ]);
  });

  it.each(["restore", "removeRestored", "read", "setLabels", "groups", "watch", "limits", "volumeFacts"])(
    "is skipped where the capability %s is left out",
    async (capability) => {
      const skipped = await skippedBy(memoryHarness({ capabilities: { [capability]: false } }));
      expect(skipped.length).toBeGreaterThan(3);
      expect(skipped.every((name) => name.endsWith(`[skipped: capabilities.${capability} is false]`))).toBe(true);
    },
  );

  it("is skipped where one of two capabilities is left out", async () => {
    const skipped = await skippedBy(memoryHarness({ capabilities: { setLabels: false } }));
    expect(skipped).toContain(
      "one that loses a label that was asked for is deleted, and is back with it [skipped: capabilities.setLabels is false]",
    );
  });

  it("is skipped where the manifest declares no parameters", async () => {
    const { creationParameters: _, brokenParameters: __, ...harness } = memoryHarness();
    const { parameters: ___, ...manifest } = harness.manifest;
    expect(await skippedBy({ ...harness, manifest })).toContain(
      "a parameter that is not declared is invalid, and named [skipped: the manifest declares no parameters]",
    );
  });

  it("is skipped where the capabilities forbid it", async () => {
    expect(await skippedBy(memoryHarness({ capabilities: { minIntervalMs: 60_000 } }))).toEqual([
      "two keys make two snapshots of one disk [skipped: one disk can be snapshotted each 60000 ms only]",
    ]);
  });

  it("is skipped for the reason that the harness gives", async () => {
    const exceptions = { "the snapshot stays": "it is moved" };
    expect(await skippedBy({ ...memoryHarness(), exceptions })).toEqual(["the snapshot stays [skipped: it is moved]"]);
  });

  it("must exist", async () => {
    const harness = { ...memoryHarness(), exceptions: { "no such test": "why not" } };
    const { failed } = await results(harness);
    expect([...failed.keys()]).toEqual(["each exception is a test of the kit"]);
  });

  it("can be every hook: what is left still runs, and passes", async () => {
    const { manifest, capabilities, open, createDisk, volumeFor, specFor, now, settle } = memoryHarness();
    const required = {
      manifest,
      capabilities,
      open,
      createDisk,
      volumeFor,
      specFor,
      ...(now && { now }),
      ...(settle && { settle }),
    };
    const { passed, failed, skipped } = await results(required);
    expect([...failed]).toEqual([]);
    expect(passed.length).toBeGreaterThan(40);
    expect(skipped.length).toBeGreaterThan(20);
  });
});

async function skippedBy(harness: ConformanceHarness<MemoryTestWorld>): Promise<string[]> {
  const { failed, skipped } = await results(harness);
  expect([...failed]).toEqual([]);
  return skipped;
}

async function results(harness: ConformanceHarness<MemoryTestWorld>): Promise<CollectedResults> {
  return collectResults((runner) => describeBackendConformance(runner, harness));
}
