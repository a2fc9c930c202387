import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createBoundClaim, createVolume, deltas } from "../test/cluster-objects.ts";
import { VirtualClock } from "../test/virtual-clock.ts";
import { createKubernetesClient, type KubernetesClient } from "./client/kubernetes-client.ts";
import { snapshotRuleDefinition } from "./crd/snapshot-rule-definition.ts";
import { createRuleSource, type RuleSource } from "./rule-source.ts";
import { defaultRuleSettings } from "./rules/rule-settings.ts";
import type { SourceEvent } from "./source-event.ts";

const resources = ["persistentvolumes", "persistentvolumeclaims", "snapshotrules"];

let cluster: KubernetesEmulator;
let client: KubernetesClient;
let clock: VirtualClock;
let source: RuleSource;
let events: SourceEvent[];
let calls: { added: string[]; updated: string[]; removed: string[]; problems: string[] }[];
let stop: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  cluster = await startKubernetesEmulator();
  client = createKubernetesClient({ server: cluster.url, credentials: async () => ({ headers: {} }) });
  clock = new VirtualClock();
  events = [];
  calls = [];
  stop = new AbortController();
  source = createRuleSource({
    client,
    settings: defaultRuleSettings(),
    lists: "paged",
    clock,
    random: () => 0,
    onEvent: (event) => events.push(event),
  });
  source.subscribe((_, changes) => {
    calls.push({
      added: changes.added.map(({ id }) => id),
      updated: changes.updated.map(({ after }) => after.id),
      removed: changes.removed.map(({ id }) => id),
      problems: changes.problems.map(({ id, reason }) => `${id} ${reason}`),
    });
  });
});

afterEach(async () => {
  stop.abort();
  await running;
  client[Symbol.dispose]();
  await cluster.close();
  expect(clock.waiting).toBe(0);
});

function start(): void {
  running = source.run(stop.signal);
}

/** Lets a little time pass again and again, until it is so. */
async function until(check: () => void): Promise<void> {
  const tick = async () => {
    await clock.advance(100);
    check();
  };
  await vi.waitFor(tick, { interval: 2, timeout: 60_000 });
}

/** Makes the change, and lets time pass until the watch of PersistentVolumes has heard of it. */
async function heard(change: () => void): Promise<void> {
  const before = clock.now();
  await clock.advance(1);
  change();
  await until(() => expect(source.health()[0]?.lastContact).toBeGreaterThan(before));
}

const ruleIds = () => source.current && [...source.current.rules.keys()].sort();
const firstRule = () => source.current?.rules.values().next().value;
const firstProblem = () => source.current?.problems.values().next().value;
const countOf = (verb: string) => resources.map((resource) => cluster.requests.count({ verb, resource }));
const ofType = (type: SourceEvent["type"]) => events.filter((event) => event.type === type);

async function startWithRules(...ids: string[]): Promise<void> {
  start();
  await until(() => expect(ruleIds()).toEqual(ids));
}

describe("the first set", () => {
  test("is there once all three resources were listed whole, and not before", async () => {
    cluster.store.create("customresourcedefinitions", { ...snapshotRuleDefinition });
    createVolume(cluster, "pv-1", deltas("PT1H P1D"));
    const allow = cluster.rules.deny("list", "snapshotrules");
    start();
    await until(() => expect(source.health().filter(({ synced }) => synced)).toHaveLength(2));
    await until(() => expect(ofType("request-failed").length).toBeGreaterThan(3));
    expect(source.current).toBeUndefined();
    allow();
    await until(() => expect(ruleIds()).toEqual(["PersistentVolume/pv-1"]));
    expect(calls).toEqual([{ added: ["PersistentVolume/pv-1"], updated: [], removed: [], problems: [] }]);
  });

  test("is there in an empty cluster too", async () => {
    start();
    await until(() => expect([source.current?.rules.size, source.current?.problems.size]).toEqual([0, 0]));
    expect(calls).toHaveLength(1);
  });

  test("does not need the definition of SnapshotRules, which may be installed later", async () => {
    createVolume(cluster, "pv-1", deltas("PT1H P1D"));
    await startWithRules("PersistentVolume/pv-1");
    expect(source.health()[2]).toMatchObject({ resource: "snapshotrules", synced: true, absent: true });

    cluster.store.create("customresourcedefinitions", { ...snapshotRuleDefinition });
    cluster.store.create("snapshotrules.k8s-snapshots.elsdoerfer.com", {
      metadata: { namespace: "kube-system", name: "sr" },
      spec: { deltas: "PT2H P2D", persistentVolume: "pv-1" },
    });
    await clock.advance(60_000);
    await until(() => expect(ruleIds()).toEqual(["SnapshotRule/kube-system/sr"]));
    expect(source.health()[2]).toMatchObject({ absent: false });
  });
});

describe("changes", () => {
  test("come by one watch a resource, without another list", async () => {
    cluster.store.create("customresourcedefinitions", { ...snapshotRuleDefinition });
    await startWithRules();
    createBoundClaim(cluster, "data", deltas("PT1H P1D"));
    await until(() => expect(ruleIds()).toEqual(["PersistentVolumeClaim/default/data"]));
    cluster.store.patch("persistentvolumeclaims", { name: "data" }, { metadata: { annotations: deltas("PT2H P1D") } });
    await until(() => expect(firstRule()?.deltas.text).toBe("PT2H P1D"));
    cluster.store.patch("persistentvolumeclaims", { name: "data" }, { metadata: { annotations: deltas("daily") } });
    await until(() => expect(firstProblem()?.reason).toBe("InvalidDeltas"));
    cluster.store.delete("persistentvolumeclaims", { name: "data" });
    await until(() => expect([source.current?.rules.size, source.current?.problems.size]).toEqual([0, 0]));

    expect(countOf("list")).toEqual([1, 1, 1]);
    expect(countOf("watch")).toEqual([1, 1, 1]);
    const id = "PersistentVolumeClaim/default/data";
    expect(calls.flatMap(({ added }) => added)).toEqual([id]);
    expect(calls.flatMap(({ updated }) => updated)).toEqual([id]);
    expect(calls.flatMap(({ removed }) => removed)).toEqual([id]);
  });

  test("of what no rule is made of call nobody", async () => {
    createVolume(cluster, "plain");
    createVolume(cluster, "pv-1", deltas("PT1H P1D"));
    await startWithRules("PersistentVolume/pv-1");
    await until(() => expect(countOf("watch")[0]).toBe(1));
    await heard(() => {
      cluster.store.patch("persistentvolumes", { name: "plain" }, { metadata: { labels: { any: "thing" } } });
    });
    await clock.advance(1_000);
    expect(calls).toHaveLength(1);
  });

  test("of one object leave the others' targets the same objects", async () => {
    createVolume(cluster, "pv-1", deltas("PT1H P1D"));
    await startWithRules("PersistentVolume/pv-1");
    const before = firstRule()?.target;
    createVolume(cluster, "pv-2", deltas("PT1H P1D"));
    await until(() => expect(ruleIds()).toContain("PersistentVolume/pv-2"));
    const after = firstRule()?.target;
    if (before?.kind !== "volume" || after?.kind !== "volume") throw new Error("both targets are volumes");
    expect(after.volume).toBe(before.volume);
  });

  test("that come close together make one call", async () => {
    const volumes = Array.from({ length: 50 }, (_, index) => ({
      metadata: {
        name: `pv-${index}`,
        uid: `${index}`,
        creationTimestamp: "2026-01-01T00:00:00Z",
        resourceVersion: "2",
      },
    }));
    const annotated = volumes.map(({ metadata }) => ({ metadata: { ...metadata, annotations: deltas("PT1H P1D") } }));
    const apiServer: KubernetesClient = {
      namespace: undefined,
      request: async ({ path }) => ({
        metadata: { resourceVersion: "1" },
        items: path.endsWith("persistentvolumes") ? volumes : [],
      }),
      stream: async ({ path, signal }) =>
        (async function* () {
          if (path.endsWith("persistentvolumes")) {
            yield* annotated.map((object) => JSON.stringify({ type: "MODIFIED", object }));
          }
          await new Promise((resolve) => signal?.addEventListener("abort", resolve));
        })(),
      [Symbol.dispose]: () => {},
    };
    source = createRuleSource({ client: apiServer, settings: defaultRuleSettings(), clock, lists: "paged" });
    const sizes: number[] = [];
    source.subscribe(({ rules }) => sizes.push(rules.size));
    start();
    await clock.advance(99);
    expect(sizes).toEqual([]);
    await clock.advance(1_000);
    expect(sizes).toEqual([50]);
  });

  test("of one object more than once a second make that object wait, and no other", async () => {
    createVolume(cluster, "hasty", deltas("PT1H P1D"));
    createVolume(cluster, "calm", deltas("PT1H P1D"));
    await startWithRules("PersistentVolume/calm", "PersistentVolume/hasty");
    const callsBefore = calls.length;
    const edit = (name: string, text: string) => {
      cluster.store.patch("persistentvolumes", { name }, { metadata: { annotations: deltas(text) } });
    };
    const textOf = (name: string) => source.current?.rules.get(`PersistentVolume/${name}`)?.deltas.text;
    for (let hours = 2; hours < 50; hours += 1) {
      if (hours === 25) edit("calm", "P1D P7D");
      await heard(() => edit("hasty", `PT${hours}H P9D`));
    }
    await until(() => expect(textOf("calm")).toBe("P1D P7D"));
    await until(() => expect(textOf("hasty")).toBe("PT49H P9D"));
    const updates = calls.slice(callsBefore).filter(({ updated }) => updated.includes("PersistentVolume/hasty"));
    expect(updates.length).toBeLessThan(6);
  });

  test("reach the other subscribers when one throws", async () => {
    source.subscribe(() => {
      throw new Error("a bad subscriber");
    });
    const seen: number[] = [];
    source.subscribe(({ rules }) => seen.push(rules.size));
    createVolume(cluster, "pv-1", deltas("PT1H P1D"));
    await startWithRules("PersistentVolume/pv-1");
    expect(seen).toEqual([1]);
    expect(ofType("listener-failed")).toHaveLength(1);
  });

  test("reach nobody who called it off, and whoever subscribes late gets the set at once", async () => {
    createVolume(cluster, "pv-1", deltas("PT1H P1D"));
    await startWithRules("PersistentVolume/pv-1");
    const seen: string[][] = [];
    const unsubscribe = source.subscribe((_, { added }) => seen.push(added.map(({ id }) => id)));
    expect(seen).toEqual([["PersistentVolume/pv-1"]]);
    unsubscribe();
    createVolume(cluster, "pv-2", deltas("PT1H P1D"));
    await until(() => expect(ruleIds()).toContain("PersistentVolume/pv-2"));
    expect(seen).toHaveLength(1);
  });
});

describe("trouble", () => {
  const both = ["PersistentVolume/pv-1", "PersistentVolume/pv-2"];

  beforeEach(async () => {
    createVolume(cluster, "pv-1", deltas("PT1H P1D"));
    await startWithRules("PersistentVolume/pv-1");
    await until(() => expect(countOf("watch").slice(0, 2)).toEqual([1, 1]));
  });

  test("watches that the API server closes are taken up where they ended", async () => {
    cluster.faults.closeWatches();
    createVolume(cluster, "pv-2", deltas("PT1H P1D"));
    await until(() => expect(ruleIds()).toEqual(both));
    expect(countOf("list").slice(0, 2)).toEqual([1, 1]);
  });

  test("watches whose connections break are taken up where they ended", async () => {
    cluster.faults.breakWatches();
    createVolume(cluster, "pv-2", deltas("PT1H P1D"));
    await until(() => expect(ruleIds()).toEqual(both));
    expect(countOf("list").slice(0, 2)).toEqual([1, 1]);
  });

  test("a watch that hangs is found out, and what was missed is made up for", async () => {
    const speakAgain = cluster.faults.silenceWatches({ resource: "persistentvolumes" });
    createVolume(cluster, "pv-2", deltas("PT1H P1D"));
    speakAgain();
    await clock.advance(140_000);
    expect(ruleIds()).toEqual(["PersistentVolume/pv-1"]);
    await clock.advance(10_000);
    await until(() => expect(ruleIds()).toEqual(both));
    expect(ofType("watch-stale")).toContainEqual({
      type: "watch-stale",
      resource: "persistentvolumes",
      silentMs: 150_000,
    });
    expect(countOf("list").slice(0, 2)).toEqual([1, 1]);
  });

  test.each([410, 500])("a watch that ends with an ERROR of %i within it goes on", async (code) => {
    cluster.faults.failWatches({ resource: "persistentvolumes" }, { code });
    cluster.store.delete("persistentvolumes", { name: "pv-1" });
    await until(() => expect(ruleIds()).toEqual([]));
    expect(countOf("list").slice(0, 2)).toEqual(code === 410 ? [2, 1] : [1, 1]);
  });

  test("a past that the API server has forgotten is made up for by a list", async () => {
    cluster.faults.breakWatches();
    cluster.store.delete("persistentvolumes", { name: "pv-1" });
    createVolume(cluster, "pv-2", deltas("PT1H P1D"));
    cluster.faults.compact();
    await until(() => expect(ruleIds()).toEqual(["PersistentVolume/pv-2"]));
    expect(countOf("list")[0]).toBe(2);
  });

  test("a permission that is taken away leaves what is known, and its return brings what was missed", async () => {
    const allow = cluster.rules.deny("*", "persistentvolumes");
    cluster.faults.breakWatches();
    createVolume(cluster, "pv-2", deltas("PT1H P1D"));
    await until(() => expect(ofType("request-failed").length).toBeGreaterThan(3));
    expect(ruleIds()).toEqual(["PersistentVolume/pv-1"]);
    expect(ofType("request-failed").at(-1)).toMatchObject({
      resource: "persistentvolumes",
      error: { status: 403, message: expect.stringContaining("cannot watch resource") as string },
    });
    allow();
    await clock.advance(30_000);
    await until(() => expect(ruleIds()).toEqual(both));
  });

  test("an API server that is away for minutes leaves what is known, and its return brings what was missed", async () => {
    await cluster.faults.stop();
    await clock.advance(6 * 60_000);
    await until(() => expect(source.health().slice(0, 2)).toMatchObject([{ fresh: false }, { fresh: false }]));
    expect(ruleIds()).toEqual(["PersistentVolume/pv-1"]);
    createVolume(cluster, "pv-2", deltas("PT1H P1D"));
    await cluster.faults.restart();
    await clock.advance(30_000);
    await until(() => expect(ruleIds()).toEqual(both));
    expect(source.health().slice(0, 2)).toMatchObject([{ fresh: true }, { fresh: true }]);
    expect(countOf("list").slice(0, 2)).toEqual([1, 1]);
  });
});
