import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually, HomeCluster, type RunningDaemon } from "./home-cluster.ts";

let home: HomeCluster;
let daemon: RunningDaemon;

beforeEach(async () => {
  home = await HomeCluster.start({ name: "data", deltas: "PT1S PT1H", by: "annotation" });
});

afterEach(async () => {
  await daemon.stop();
  await home.close();
});

it("a mistyped annotation costs nothing and is told; repeated as a confirmation, it takes effect", async () => {
  daemon = await home.run({ SCHEDULE_CHANGE_GRACE: "PT1H" });
  await eventually(async () => expect((await home.owners()).length).toBeGreaterThan(5));

  annotate({ deltas: "PT1S PT2S" });
  await eventually(() =>
    expect(home.events().join("\n")).toMatch(/^Warning Grace: the schedule changed: \d+ snapshots go /m),
  );
  expect(named("snapshot.expired")).toEqual([]);
  expect(named("disk.deferred").some(({ reason, level }) => reason === "Grace" && level === 40)).toBe(true);

  annotate({ "confirm-deltas": "PT1S PT2S" });
  await eventually(() => expect(named("snapshot.expired").length).toBeGreaterThan(1));
  expect(named("snapshot.expired")[0]).toMatchObject({ type: "snapshot.expired", rule: "pvc-data" });
});

it("a confirmation of other deltas is told, and confirms nothing", async () => {
  annotate({ "confirm-deltas": "PT2S PT1H" });
  daemon = await home.run();
  await eventually(() =>
    expect(home.events().join("\n")).toMatch(/^Warning OddRule: .*confirm-deltas is for another schedule than deltas/m),
  );
});

function annotate(annotations: Readonly<Record<string, string>>): void {
  const prefixed = Object.entries(annotations).map(([name, value]) => [`backup.kubernetes.io/${name}`, value]);
  const reference = { namespace: "default", name: "data" };
  home.kubernetes.store.patch("persistentvolumeclaims", reference, {
    metadata: { annotations: Object.fromEntries(prefixed) },
  });
}

function named(event: string): Readonly<Record<string, unknown>>[] {
  return daemon.log.filter((line) => line["event"] === event);
}
