import { BackendError, type BackendErrorCode, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import type { RuleTarget, VolumeObject } from "@k8s-snapshots/k8s-source";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DiskLookupError } from "../backends/backend-errors.ts";
import type { OwnedDisk } from "../backends/backend-registry.ts";
import { DiskResolver } from "./disk-resolver.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("asks about all volumes at once, about each one once", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  const held = Promise.withResolvers<void>();
  registry.answer = async (name) => {
    await held.promise;
    return diskOf(name);
  };
  const resolving = resolver.resolve(targetsOf("a", "b", "c"));
  expect(registry.asked).toEqual(["a", "b", "c"]);
  held.resolve();
  await resolving;
  const targets = targetsOf("a", "b", "c");
  const { resolutions, unsettled } = await resolver.resolve(targets);
  expect(registry.asked).toHaveLength(3);
  expect(resolutions.get(targets[1] as RuleTarget)).toEqual({ disk: diskOf("b") });
  expect(unsettled.size).toBe(0);
});

it("does not wait for a storage system that hangs, and takes its answer up when it comes", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  const held = Promise.withResolvers<void>();
  registry.answer = async (name) => {
    if (name === "slow") await held.promise;
    return diskOf(name);
  };
  const targets = targetsOf("slow", "quick");
  const resolving = resolver.resolve(targets);
  await vi.advanceTimersByTimeAsync(5_000);
  const first = await resolving;
  expect(first.resolutions.get(targets[1] as RuleTarget)).toEqual({ disk: diskOf("quick") });
  expect(first.resolutions.get(targets[0] as RuleTarget)).toMatchObject({ reason: "BackendUnavailable" });
  expect(first.unsettled).toEqual(new Set([targets[0]]));
  held.resolve();
  const second = await resolver.resolve(targets);
  expect(second.resolutions.get(targets[0] as RuleTarget)).toEqual({ disk: diskOf("slow") });
  expect(second.unsettled.size).toBe(0);
  expect(registry.asked).toEqual(["slow", "quick"]);
});

it("asks again after an error that may pass, and not after one that stays", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  registry.answer = async (name) => {
    throw new DiskLookupError("google", new BackendError(codes[name] ?? "unexpected", `${name} cannot be told`));
  };
  const codes: Record<string, BackendErrorCode> = { malformed: "invalid", gone: "not-found", away: "unavailable" };
  const targets = targetsOf("malformed", "gone", "away");
  const { resolutions, unsettled } = await resolver.resolve(targets);
  expect(resolutions.get(targets[0] as RuleTarget)).toEqual({
    reason: "DiskNotFound",
    message: "malformed cannot be told",
  });
  expect(resolutions.get(targets[1] as RuleTarget)).toEqual({ reason: "DiskNotFound", message: "gone cannot be told" });
  expect(resolutions.get(targets[2] as RuleTarget)).toEqual({
    reason: "BackendUnavailable",
    message: "away cannot be told",
    failure: { backend: "google", code: "unavailable" },
  });
  expect(unsettled).toEqual(new Set([targets[1], targets[2]]));
  await resolver.resolve(targets);
  expect(registry.asked).toEqual(["malformed", "gone", "away", "gone", "away"]);
});

it("says of a storage system that failed and hangs now that it failed, and not that it works", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  const targets = targetsOf("away");
  registry.answer = async () => {
    throw new DiskLookupError("google", new BackendError("unavailable", "no answer"));
  };
  const first = await resolver.resolve(targets);
  registry.answer = () => new Promise(() => {});
  const resolving = resolver.resolve(targets);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await resolving).toEqual(first);
});

it("asks again about a disk that is gone: another one may bear its name now", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  const targets = targetsOf("made-again", "other");
  await resolver.resolve(targets);
  registry.answer = async () => diskOf("the-new-one");
  resolver.forget(targets[0] as RuleTarget);
  const { resolutions } = await resolver.resolve(targets);
  expect(resolutions.get(targets[0] as RuleTarget)).toEqual({ disk: diskOf("the-new-one") });
  expect(registry.asked).toEqual(["made-again", "other", "made-again"]);
});

it("says of a volume that no backend knows that it is not supported", async () => {
  const registry = new Registry();
  registry.answer = async () => undefined;
  const targets = targetsOf("nfs");
  const { resolutions } = await new DiskResolver(registry).resolve(targets);
  expect(resolutions.get(targets[0] as RuleTarget)).toMatchObject({ reason: "VolumeUnsupported" });
});

class Registry {
  readonly asked: string[] = [];
  answer: (name: string) => Promise<OwnedDisk | undefined> = async (name) => diskOf(name);

  diskForVolume({ metadata }: PersistentVolumeView): Promise<OwnedDisk | undefined> {
    this.asked.push(metadata.name);
    return this.answer(metadata.name);
  }

  diskForSpec(backend: string): Promise<OwnedDisk | undefined> {
    throw new Error(`nobody asks ${backend} for a disk by its fields here`);
  }
}

function diskOf(name: string): OwnedDisk {
  return { backend: "aws", disk: { location: "eu-west-1", id: name } };
}

const creationTimestamp = "2026-01-01T00:00:00Z";
const volumes = new Map<string, VolumeObject>();

/** The source gives the same volume object as long as nothing changes in it. */
function volumeOf(name: string): VolumeObject {
  const volume = volumes.get(name) ?? { metadata: { name, uid: name, creationTimestamp }, spec: {} };
  volumes.set(name, volume);
  return volume;
}

function targetsOf(...names: string[]): RuleTarget[] {
  return names.map((name) => ({ kind: "volume", volume: volumeOf(name) }));
}
