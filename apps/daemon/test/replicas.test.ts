import type { CoverageDocument, TimelinesDocument } from "@k8s-snapshots/status-page/api";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually, HomeCluster, type RunningDaemon } from "./home-cluster.ts";

const object = "PersistentVolumeClaim/default/data";
const LIMIT = { timeout: 120_000 };

let home: HomeCluster;
let replicas: RunningDaemon[];

beforeEach(async () => {
  home = await HomeCluster.start({ name: "data", deltas: "PT1H P1D", by: "annotation" });
  replicas = await Promise.all([0, 1].map(() => home.run({ PAGE_LISTEN: "127.0.0.1:0" })));
});

afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await home.close();
});

it("one of two replicas takes the snapshot, and both say that the volume is protected", LIMIT, async () => {
  await eventually(() => expect(replicas.filter(serves)).toHaveLength(1));
  await eventually(async () => expect(await home.owners()).toHaveLength(1));
  for (const replica of replicas) {
    const url = await addressOf(replica);
    await eventually(async () => {
      const { volumes } = (await (await fetch(`${url}api/v1/coverage`)).json()) as CoverageDocument;
      expect(volumes.map(({ name, protection }) => `${name} ${protection}`)).toEqual(["data protected"]);
    });
    const query = new URLSearchParams({ volume: object });
    const { timelines } = (await (await fetch(`${url}api/v1/timelines?${query}`)).json()) as TimelinesDocument;
    expect(timelines[object]?.marks).toHaveLength(1);
  }
  expect(await home.owners()).toHaveLength(1);
});

it("the other one takes over as soon as one is asked to stop, and takes nothing twice", LIMIT, async () => {
  await eventually(async () => expect(await home.owners()).toHaveLength(1));
  const [owner] = replicas.filter(serves) as [RunningDaemon];
  const [other] = replicas.filter((replica) => replica !== owner) as [RunningDaemon];
  await owner.stop();
  await eventually(() => expect(serves(other)).toBe(true));
  await eventually(() => expect(other.log.some(({ event }) => event === "location.listed")).toBe(true));
  expect(await home.owners()).toHaveLength(1);
  const leases = home.kubernetes.store.list("leases.coordination.k8s.io").map(({ metadata }) => metadata.name);
  expect(leases.filter((name) => name.startsWith("k8s-snapshots-member-"))).toHaveLength(1);
});

it("Events come from one of them", LIMIT, async () => {
  home.kubernetes.store.patch(
    "persistentvolumeclaims",
    { namespace: "default", name: "data" },
    { metadata: { annotations: { "backup.kubernetes.io/deltas": "hourly" } } },
  );
  await eventually(() => expect(told("InvalidDeltas")).toBeGreaterThan(0));
  for (const { log } of replicas) {
    await eventually(() => expect(log.some(({ event }) => event === "annotation.invalid")).toBe(true));
  }
  expect(told("InvalidDeltas")).toBe(1);
});

function told(reason: string): number {
  return home.events().filter((event) => event.startsWith(`Warning ${reason}:`)).length;
}

/** Whether it serves the volume's location, as its log has it. */
function serves({ log }: RunningDaemon): boolean {
  return log.findLast(({ event }) => event === "location.tenure")?.["tenure"] === "owner";
}

async function addressOf({ log }: RunningDaemon): Promise<string> {
  await eventually(() => expect(log.some(({ event }) => event === "page.started")).toBe(true));
  return `http://127.0.0.1:${log.find(({ event }) => event === "page.started")?.["port"]}/`;
}
