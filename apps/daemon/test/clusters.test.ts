import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually, HomeCluster, type RunningDaemon } from "./home-cluster.ts";

let home: HomeCluster;
let daemon: RunningDaemon;

beforeEach(async () => {
  home = await HomeCluster.start({ name: "data", deltas: "PT1S PT2S", by: "SnapshotRule" });
});

afterEach(async () => {
  await daemon.stop();
  await home.close();
});

it("a cluster leaves another one's snapshots alone and says whose they are; named as a former one, they are its own", async () => {
  daemon = await home.run({ CLUSTER_ID: "before", SCHEDULE_CHANGE_GRACE: "PT0S" });
  await eventually(async () => expect(await ownedBy("before")).toBeGreaterThan(2));
  await daemon.stop();
  const left = await ownedBy("before");

  daemon = await home.run({ CLUSTER_ID: "now", SCHEDULE_CHANGE_GRACE: "PT0S" });
  await eventually(() => expect(expired()).toBeGreaterThan(2));
  expect(await ownedBy("before")).toBe(left);
  expect(home.events().join("\n")).toMatch(/^Warning OtherCluster: \d+ snapshots .* another cluster \(before\)/m);
  await daemon.stop();

  daemon = await home.run({ CLUSTER_ID: "now", CLUSTER_ID_FORMER: "before", SCHEDULE_CHANGE_GRACE: "PT0S" });
  await eventually(async () => expect(await ownedBy("before")).toBeLessThan(left));
});

it("without a name of its own it is the uid of kube-system, and its SnapshotRule gets ready", async () => {
  daemon = await home.run();
  const { uid } = home.kubernetes.store.get("namespaces", { name: "kube-system" }).metadata;
  await eventually(async () => expect(new Set(await home.owners())).toEqual(new Set([uid])));
  await eventually(() => expect(readyCondition()).toMatchObject({ status: "True", reason: "UpToDate" }));
  expect(readyCondition()?.["message"]).toMatch(/^the newest ready snapshot of \S+ is of 20\S+Z$/);
});

function readyCondition(): Readonly<Record<string, string>> | undefined {
  const rule = home.kubernetes.store.get("snapshotrules.k8s-snapshots.elsdoerfer.com", {
    namespace: "default",
    name: "data",
  });
  const { conditions = [] } = (rule["status"] ?? {}) as { conditions?: Readonly<Record<string, string>>[] };
  return conditions.find(({ type }) => type === "Ready");
}

async function ownedBy(cluster: string): Promise<number> {
  return (await home.owners()).filter((owner) => owner === cluster).length;
}

function expired(): number {
  return daemon.log.filter(({ event }) => event === "snapshot.expired").length;
}
