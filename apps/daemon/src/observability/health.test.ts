import type { ResourceHealth } from "@k8s-snapshots/k8s-source";
import { describe, expect, it } from "vitest";
import { notReadySource, staleSource, stalledLocation } from "./health.ts";

const HOUR = 3_600_000;
const volumes: ResourceHealth = {
  resource: "persistentvolumes",
  synced: true,
  absent: false,
  lastContact: 0,
  fresh: true,
};

describe("health", () => {
  it("is bad when a watch was not heard of for too long", () => {
    expect(staleSource({ health: () => [volumes] })).toBeUndefined();
    expect(staleSource({ health: () => [{ ...volumes, fresh: false }] })).toContain("persistentvolumes");
  });

  it("is not bad because SnapshotRules are not installed", () => {
    expect(staleSource({ health: () => [{ ...volumes, absent: true, fresh: false }] })).toBeUndefined();
  });

  it("is bad when a location's loop is stalled", () => {
    const health = (now: number) => ({
      now,
      locations: [{ backend: "aws", location: "eu-west-1", lastStepAt: 0, listedAt: 0 }],
    });
    expect(stalledLocation({ health: () => health(HOUR) })).toBeUndefined();
    expect(stalledLocation({ health: () => health(3 * HOUR) })).toContain(
      "aws eu-west-1 is stalled: its last step was 180 minutes ago",
    );
  });
});

describe("readiness", () => {
  it("waits for all resources, and for the rules made of them", () => {
    const rules = { rules: [], problems: [] };
    expect(notReadySource({ health: () => [{ ...volumes, synced: false }], current: undefined })).toContain(
      "persistentvolumes",
    );
    expect(notReadySource({ health: () => [volumes], current: undefined })).toBe("the rules are not known yet");
    expect(notReadySource({ health: () => [volumes], current: rules })).toBeUndefined();
  });
});
