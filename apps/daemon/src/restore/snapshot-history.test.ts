import { CLUSTER_LABEL, type Snapshot, type SnapshotState } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import { newestGood, ownSnapshots } from "./snapshot-history.ts";

describe("newestGood", () => {
  it.each(["pending", "failed", "deleting", "unknown"] as const)("leaves out one that is %s", (state) => {
    expect(newestGood([snapshot("old", 1), snapshot("new", 2, state)])?.id).toBe("old");
    expect(newestGood([snapshot("new", 2, state)])).toBeUndefined();
  });

  it("is not younger than asked for; one of that very time is good", () => {
    const three = [snapshot("a", 1), snapshot("c", 3), snapshot("b", 2)];
    expect(newestGood(three)?.id).toBe("c");
    expect(newestGood(three, new Date(2))?.id).toBe("b");
    expect(newestGood(three, new Date(0))).toBeUndefined();
  });
});

describe("ownSnapshots", () => {
  const identity = { cluster: "ours", formerClusters: ["former"] };

  it("are those of this cluster and of former ones", () => {
    const all = ["ours", "former", "other"].map((cluster, index) =>
      snapshot(cluster, index, "ready", { [CLUSTER_LABEL]: cluster }),
    );
    expect(ownSnapshots(all, identity).map(({ id }) => id)).toEqual(["ours", "former"]);
  });

  it("are also those that name no cluster, where no other one has any of the disk", () => {
    const seeds = snapshot("seed's", 1);
    expect(ownSnapshots([seeds], identity)).toEqual([seeds]);
    const others = snapshot("other", 2, "ready", { [CLUSTER_LABEL]: "other" });
    expect(ownSnapshots([seeds, others], identity)).toEqual([]);
    expect(ownSnapshots([seeds, { ...others, diskId: "another" }], identity)).toEqual([seeds]);
  });

  it("are none that another tool manages", () => {
    expect(ownSnapshots([snapshot("velero's", 1, "ready", { "velero.io/backup": "daily" })], identity)).toEqual([]);
  });
});

function snapshot(id: string, time: number, state: SnapshotState = "ready", labels: Snapshot["labels"] = {}): Snapshot {
  return { id, location: "home", diskId: "disk", createdAt: new Date(time), state, labels };
}
