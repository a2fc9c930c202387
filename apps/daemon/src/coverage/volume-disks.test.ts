import type { RuleTarget, VolumeObject } from "@k8s-snapshots/k8s-source";
import { expect, it, vi } from "vitest";
import type { DiskResolver } from "../rules/disk-resolver.ts";
import type { Resolution } from "../rules/resolved-rule.ts";
import { VolumeDisks } from "./volume-disks.ts";

const volumes = Array.from({ length: 40 }, (_, index): VolumeObject => {
  const name = `pv-${index}`;
  return { metadata: { name, uid: name, creationTimestamp: "2026-01-01T00:00:00Z" }, spec: {} };
});

/** A storage system that knows all but the second one, as long as it answers. */
class Resolver implements Pick<DiskResolver, "resolve"> {
  isAway = false;
  readonly asked: string[][] = [];

  resolve: DiskResolver["resolve"] = async (targets) => {
    const names = targets.map((target) => (target.kind === "volume" ? target.volume.metadata.name : ""));
    this.asked.push(names);
    const found = targets.map((target, index): [RuleTarget, Resolution] => {
      const id = names[index] as string;
      if (this.isAway) return [target, { reason: "BackendUnavailable", message: "away" }];
      if (id === "pv-1") return [target, { reason: "VolumeUnsupported", message: "no" }];
      return [target, { disk: { backend: "memory", disk: { location: "home", id } } }];
    });
    return { resolutions: new Map(found), unsettled: new Set(this.isAway ? targets : []) };
  };
}

it("is asked without waiting, and looks each one up once, some at a time", async () => {
  const resolver = new Resolver();
  const disks = new VolumeDisks(resolver);
  const ask = () => volumes.map((volume) => disks.diskOf(volume));
  expect(new Set(ask())).toEqual(new Set([undefined]));
  await vi.waitFor(() => expect(ask().filter((disk) => disk !== undefined)).toHaveLength(39));
  expect(Math.max(...resolver.asked.map((names) => names.length))).toBeLessThanOrEqual(16);
  expect(resolver.asked.flat().sort()).toEqual(volumes.map(({ metadata }) => metadata.name).sort());
});

it("leaves a storage system that does not answer alone for a minute", async () => {
  const resolver = new Resolver();
  resolver.isAway = true;
  let now = 0;
  const disks = new VolumeDisks(resolver, () => now);
  const [volume] = volumes as [VolumeObject];
  disks.diskOf(volume);
  await vi.waitFor(() => expect(resolver.asked).toHaveLength(1));
  resolver.isAway = false;
  await new Promise(setImmediate);
  disks.diskOf(volume);
  expect(resolver.asked).toHaveLength(1);
  now = 60_000;
  disks.diskOf(volume);
  await vi.waitFor(() => expect(disks.diskOf(volume)).toContain("pv-0"));
});
