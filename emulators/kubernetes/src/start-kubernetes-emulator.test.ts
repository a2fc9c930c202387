import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiClient, asTable } from "../test/suite/api-client.ts";
import { ApiError, type KubernetesEmulator, type KubernetesEmulatorOptions, startKubernetesEmulator } from "./index.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const open: KubernetesEmulator[] = [];
let emulator: KubernetesEmulator;
let client: ApiClient;

async function start(options: KubernetesEmulatorOptions): Promise<void> {
  emulator = await startKubernetesEmulator(options);
  open.push(emulator);
  client = new ApiClient(emulator.url);
}

beforeEach(() => start({}));
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe("options", () => {
  test("a port that is taken is an error", async () => {
    const port = Number(new URL(emulator.url).port);
    await expect(startKubernetesEmulator({ port })).rejects.toThrow(/EADDRINUSE/);
  });

  test("further resources are served, with name and age for columns", async () => {
    await start({
      resources: [{ group: "example.org", version: "v1", plural: "gadgets", kind: "Gadget", namespaced: false }],
    });
    emulator.store.create("gadgets", { metadata: { name: "a" } });
    const { body } = await client.get("/apis/example.org/v1/gadgets", asTable);
    expect(body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual(["Name", "Age"]);
    expect(body.rows[0].cells).toEqual(["a", expect.stringMatching(/^\d+s$/)]);
  });

  test("bookmarks come at the interval", async () => {
    await start({ bookmarkIntervalMs: 5 });
    const path = `${maps}?watch=1&resourceVersion=${emulator.store.resourceVersion}&allowWatchBookmarks=true`;
    const events = await client.watch(path, 3);
    expect(events.map(({ type }) => type)).toEqual(["BOOKMARK", "BOOKMARK", "BOOKMARK"]);
  });

  test("no more changes than the cache holds are remembered, each resource for itself", async () => {
    await start({ watchCacheSize: 2 });
    const versions = ["a", "b", "c"].map(
      (name) => emulator.store.create("configmaps", { metadata: { name } }).metadata.resourceVersion,
    );
    const first = (version: string | undefined) => client.watch(`${maps}?watch=1&resourceVersion=${version}`, 1);
    expect(await first(versions[0])).toMatchObject([{ type: "ADDED", object: { metadata: { name: "b" } } }]);
    const tooOld = await first(String(Number(versions[0]) - 1));
    expect(tooOld).toMatchObject([{ type: "ERROR", object: { code: 410 } }]);
    const spaces = await client.watch(`/api/v1/namespaces?watch=1&resourceVersion=${versions[0]}`, 1, async () =>
      emulator.store.create("namespaces", { metadata: { name: "later" } }),
    );
    expect(spaces).toMatchObject([{ type: "ADDED", object: { metadata: { name: "later" } } }]);
  });
});

describe("the store", () => {
  test("what is done behind the server's back is seen through it", async () => {
    const from = emulator.store.resourceVersion;
    const status = { phase: "Bound" };
    emulator.store.create("persistentvolumeclaims", {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      status,
    });
    emulator.store.patch("persistentvolumeclaims", { name: "data" }, { metadata: { annotations: { a: "b" } } });
    emulator.store.delete("persistentvolumeclaims", { name: "data" });
    const path = `/api/v1/persistentvolumeclaims?watch=1&resourceVersion=${from}`;
    const events = await client.watch(path, 4);
    expect(events.map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "MODIFIED", "DELETED"]);
    expect(events[3]?.object).toMatchObject({
      metadata: { namespace: "default", annotations: { a: "b" } },
      status: { phase: "Bound" },
    });
  });

  test("objects are copied on the way in and out", () => {
    const draft = { metadata: { name: "a", labels: { x: "1" } }, data: { k: "v" } };
    const made = emulator.store.create("configmaps", draft);
    draft.metadata.labels.x = "2";
    (made["data"] as { k: string }).k = "changed";
    const read = emulator.store.get("configmaps", { name: "a" });
    expect(read).toMatchObject({ metadata: { labels: { x: "1" } }, data: { k: "v" } });
    read.metadata.labels = {};
    expect(emulator.store.list("configmaps", { labelSelector: "x=1", namespace: "default" })).toHaveLength(1);
    expect(emulator.store.list("configmaps", { namespace: "kube-system" })).toEqual([]);
  });

  test("it refuses as the server does", () => {
    emulator.store.create("configmaps", { metadata: { name: "a" } });
    const stale = { metadata: { name: "a", resourceVersion: "1" } };
    expect(() => emulator.store.update("configmaps", stale)).toThrow(ApiError);
    expect(() => emulator.store.get("configmaps", { name: "b" })).toThrow('configmaps "b" not found');
    expect(() => emulator.store.list("gadgets")).toThrow('no resource "gadgets" is served');
  });
});

describe("rules", () => {
  test("a rule is for one verb of one resource, in one namespace if it says so", async () => {
    emulator.rules.deny("list", "configmaps", "default");
    expect((await client.get(maps)).code).toBe(403);
    expect((await client.get("/api/v1/namespaces/kube-system/configmaps")).code).toBe(200);
    expect(await client.watchToEnd(`${maps}?watch=1&timeoutSeconds=0.01`)).toEqual([]);
    expect((await client.get("/api/v1/namespaces/default/secrets")).code).toBe(200);
  });

  test("the object and its status are two resources", async () => {
    emulator.store.create("nodes", { metadata: { name: "n" } });
    const undo = emulator.rules.deny("patch", "nodes/status");
    expect((await client.patch("/api/v1/nodes/n", {})).code).toBe(200);
    expect((await client.patch("/api/v1/nodes/n/status", {})).code).toBe(403);
    undo();
    expect((await client.patch("/api/v1/nodes/n/status", {})).code).toBe(200);
  });

  test("health and discovery are for everyone", async () => {
    emulator.rules.deny("*", "*");
    for (const path of ["/readyz", "/api", "/apis", "/api/v1", "/version"]) {
      expect((await client.get(path)).code).toBe(200);
    }
    emulator.rules.clear();
    expect((await client.get(maps)).code).toBe(200);
  });
});

describe("the log of requests", () => {
  test("it tells what was asked, refused or not", async () => {
    emulator.rules.deny("get", "configmaps");
    await client.get(`${maps}?limit=5`);
    await client.get(`${maps}/a`);
    await client.watchToEnd(`${maps}?watch=1&timeoutSeconds=0.01`);
    await client.patch("/api/v1/persistentvolumes/v/status", {});
    expect(emulator.requests.list().map(({ verb, resource, name }) => [verb, resource, name])).toEqual([
      ["list", "configmaps", undefined],
      ["get", "configmaps", "a"],
      ["watch", "configmaps", undefined],
      ["patch", "persistentvolumes", "v"],
    ]);
    expect(emulator.requests.list({ verb: "list" })[0]?.query.get("limit")).toBe("5");
    expect(emulator.requests.count({ resource: "persistentvolumes/status" })).toBe(1);
    emulator.requests.clear();
    expect(emulator.requests.count()).toBe(0);
  });
});
