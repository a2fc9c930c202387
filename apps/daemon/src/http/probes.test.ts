import type { ResourceHealth } from "@k8s-snapshots/k8s-source";
import { describe, expect, it } from "vitest";
import { notReady, unhealthy } from "./probes.ts";

const HOUR = 3_600_000;
const volumes: ResourceHealth = {
  resource: "persistentvolumes",
  synced: true,
  absent: false,
  lastContact: 0,
  fresh: true,
};

const rules = { rules: new Map(), problems: new Map() };

describe("liveness", () => {
  it("is bad when a location's loop is stalled", () => {
    const health = (now: number) => ({
      now,
      locations: [{ backend: "aws", location: "eu-west-1", tenure: "owner" as const, lastStepAt: 0, listedAt: 0 }],
    });
    expect(unhealthy({ health: () => health(HOUR) })).toBeUndefined();
    expect(unhealthy({ health: () => health(3 * HOUR) })).toContain(
      "aws eu-west-1 is stalled: its last step was 180 minutes ago",
    );
  });
});

describe("readiness", () => {
  it("waits for all resources, and for the rules made of them", () => {
    expect(notReady({ health: () => [{ ...volumes, synced: false }], current: undefined })).toContain(
      "persistentvolumes",
    );
    expect(notReady({ health: () => [volumes], current: undefined })).toBe("the rules are not known yet");
    expect(notReady({ health: () => [volumes], current: rules })).toBeUndefined();
  });

  it("api-1: is bad when a watch was not heard of for too long", () => {
    expect(notReady({ health: () => [{ ...volumes, fresh: false }], current: rules })).toContain("persistentvolumes");
  });

  it("is not bad because SnapshotRules are not installed", () => {
    const missing = { ...volumes, absent: true, fresh: false };
    expect(notReady({ health: () => [missing], current: rules })).toBeUndefined();
  });
});
