import { BackendError, type BackendErrorCode, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import type { RuleSet, RuleTarget, SourceRule, VolumeObject } from "@k8s-snapshots/k8s-source";
import { parseDeltas } from "@k8s-snapshots/retention";
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
  const resolving = resolver.resolve(setOf("a", "b", "c"));
  expect(registry.asked).toEqual(["a", "b", "c"]);
  held.resolve();
  await resolving;
  const set = setOf("a", "b", "c");
  const { resolutions, retry } = await resolver.resolve(set);
  expect(registry.asked).toHaveLength(3);
  expect(resolutions.get(targetOf(set, 1))).toEqual({ disk: diskOf("b") });
  expect(retry).toBe(false);
});

it("does not wait for a storage system that hangs, and takes its answer up when it comes", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  const held = Promise.withResolvers<void>();
  registry.answer = async (name) => {
    if (name === "slow") await held.promise;
    return diskOf(name);
  };
  const set = setOf("slow", "quick");
  const resolving = resolver.resolve(set);
  await vi.advanceTimersByTimeAsync(5_000);
  const first = await resolving;
  expect(first.resolutions.get(targetOf(set, 1))).toEqual({ disk: diskOf("quick") });
  expect(first.resolutions.get(targetOf(set, 0))).toMatchObject({ reason: "BackendUnavailable" });
  expect(first.retry).toBe(true);
  held.resolve();
  const second = await resolver.resolve(set);
  expect(second.resolutions.get(targetOf(set, 0))).toEqual({ disk: diskOf("slow") });
  expect(second.retry).toBe(false);
  expect(registry.asked).toEqual(["slow", "quick"]);
});

it("asks again after an error that may pass, and not after one that stays", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  registry.answer = async (name) => {
    throw new DiskLookupError("google", new BackendError(codes[name] ?? "unexpected", `${name} cannot be told`));
  };
  const codes: Record<string, BackendErrorCode> = { malformed: "invalid", gone: "not-found", away: "unavailable" };
  const set = setOf("malformed", "gone", "away");
  const { resolutions, retry } = await resolver.resolve(set);
  expect(resolutions.get(targetOf(set, 0))).toEqual({ reason: "DiskNotFound", message: "malformed cannot be told" });
  expect(resolutions.get(targetOf(set, 1))).toEqual({ reason: "DiskNotFound", message: "gone cannot be told" });
  expect(resolutions.get(targetOf(set, 2))).toEqual({
    reason: "BackendUnavailable",
    message: "away cannot be told",
    failure: { backend: "google", code: "unavailable" },
  });
  expect(retry).toBe(true);
  await resolver.resolve(set);
  expect(registry.asked).toEqual(["malformed", "gone", "away", "gone", "away"]);
});

it("says of a storage system that failed and hangs now that it failed, and not that it works", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  const set = setOf("away");
  registry.answer = async () => {
    throw new DiskLookupError("google", new BackendError("unavailable", "no answer"));
  };
  const first = await resolver.resolve(set);
  registry.answer = () => new Promise(() => {});
  const resolving = resolver.resolve(set);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await resolving).toEqual(first);
});

it("asks again about a disk that is gone: another one may bear its name now", async () => {
  const registry = new Registry();
  const resolver = new DiskResolver(registry);
  const set = setOf("made-again", "other");
  await resolver.resolve(set);
  registry.answer = async () => diskOf("the-new-one");
  resolver.forget(diskOf("made-again"));
  const { resolutions } = await resolver.resolve(set);
  expect(resolutions.get(targetOf(set, 0))).toEqual({ disk: diskOf("the-new-one") });
  expect(registry.asked).toEqual(["made-again", "other", "made-again"]);
});

it("says of a volume that no backend knows that it is not supported", async () => {
  const registry = new Registry();
  registry.answer = async () => undefined;
  const set = setOf("nfs");
  const { resolutions } = await new DiskResolver(registry).resolve(set);
  expect(resolutions.get(targetOf(set, 0))).toMatchObject({ reason: "VolumeUnsupported" });
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

function setOf(...names: string[]): RuleSet {
  return { rules: names.map(ruleOf), problems: [] };
}

function ruleOf(name: string): SourceRule {
  return {
    id: `PersistentVolume/${name}`,
    name: `pv-${name}`,
    origin: { apiVersion: "v1", kind: "PersistentVolume", name, uid: name, creationTimestamp },
    target: { kind: "volume", volume: volumeOf(name) },
    deltas: parseDeltas("PT1H P1D"),
    deletionPolicy: "retain",
    ignoreDeletionBudget: false,
    warnings: [],
  };
}

function targetOf({ rules }: RuleSet, index: number): RuleTarget {
  return (rules[index] as SourceRule).target;
}
