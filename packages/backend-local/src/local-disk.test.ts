import type { PersistentVolumeSpecView } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import { parseLocalConfig } from "./local-config.ts";
import { diskOfSpec, diskOfVolume } from "./local-disk.ts";

const config = parseLocalConfig({
  LOCAL_SNAPSHOT_DIRECTORY: "/data/snapshots",
  LOCAL_ROOTS: "/data,/mnt",
  LOCAL_NODE_NAME: "node-1",
});

describe("the disk of a volume", () => {
  it.each([
    [{ hostPath: { path: "/data/a" } }, "/data/a"],
    [{ local: { path: "/mnt//disk/./b/" } }, "/mnt/disk/b"],
    [{ local: { path: "/data/..a" } }, "/data/..a"],
  ])("%j is its directory, in one spelling", (spec, id) => {
    expect(diskOf(spec)).toEqual({ location: "node-1", id });
  });

  it.each([
    ["a relative path", { hostPath: { path: "data/a" } }],
    ["no path", { local: {} as { path: string } }],
    ["a way up", { hostPath: { path: "/data/../etc" } }],
    ["a directory beyond the roots", { hostPath: { path: "/etc" } }],
    ["a neighbour of a root", { hostPath: { path: "/database" } }],
    ["what holds the snapshots", { hostPath: { path: "/data" } }],
    ["what the snapshots hold", { hostPath: { path: "/data/snapshots/x" } }],
    ["the snapshots", { hostPath: { path: "/data/snapshots" } }],
  ])("is refused for %s", (_, spec) => {
    expect(() => diskOf(spec)).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  it("is refused on another node, and taken on this one", () => {
    expect(() => diskOf(localOn("node-2"))).toThrow("node-2");
    expect(diskOf(localOn("node-1"))).toEqual({ location: "node-1", id: "/data/a" });
  });
});

it("the disk of a rule has a path and nothing else", () => {
  expect(diskOfSpec({ path: "/data/a" }, config)).toEqual({ location: "node-1", id: "/data/a" });
  expect(() => diskOfSpec({ path: "/data/a", node: "x" }, config)).toThrow("spec.disk.node");
});

function diskOf(spec: PersistentVolumeSpecView): ReturnType<typeof diskOfVolume> {
  return diskOfVolume({ metadata: { name: "data" }, spec }, config);
}

function localOn(node: string): PersistentVolumeSpecView {
  const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }];
  return { local: { path: "/data/a" }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } } };
}
