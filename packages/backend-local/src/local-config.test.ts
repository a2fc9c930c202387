import { describe, expect, it } from "vitest";
import { createBackend, parseLocalConfig } from "./index.ts";

describe("the configuration", () => {
  it("takes absolute paths, and local as the location", () => {
    const config = parseLocalConfig({ LOCAL_SNAPSHOT_DIRECTORY: "/snapshots/", LOCAL_ROOTS: "/data, /mnt/disks/" });
    expect(config).toEqual({
      snapshotDirectory: "/snapshots",
      roots: ["/data", "/mnt/disks"],
      nodeName: undefined,
      location: "local",
    });
  });

  it("takes the node's name as the location", () => {
    const environment = { LOCAL_SNAPSHOT_DIRECTORY: "/snapshots", LOCAL_NODE_NAME: "node-1" };
    expect(parseLocalConfig(environment).location).toBe("node-1");
  });

  it.each([
    [{}, "LOCAL_SNAPSHOT_DIRECTORY is missing"],
    [
      { LOCAL_SNAPSHOT_DIRECTORY: "snapshots" },
      'LOCAL_SNAPSHOT_DIRECTORY must hold absolute paths, but has "snapshots"',
    ],
    [
      { LOCAL_SNAPSHOT_DIRECTORY: "/s", LOCAL_ROOTS: "/data,mnt" },
      'LOCAL_ROOTS must hold absolute paths, but has "mnt"',
    ],
  ])("names the variable that is wrong in %j", (environment: Record<string, string>, message) => {
    expect(() => createBackend({ environment })).toThrow(message);
  });
});
