import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiClient } from "../test/suite/api-client.ts";
import { type KubernetesEmulator, startKubernetesEmulator } from "./index.ts";

const volumes = "/api/v1/persistentvolumes";
const maps = "/api/v1/namespaces/default/configmaps";

let emulator: KubernetesEmulator;
let client: ApiClient;

beforeEach(async () => {
  emulator = await startKubernetesEmulator({ bookmarkIntervalMs: 5 });
  client = new ApiClient(emulator.url);
});
afterEach(() => emulator.close());

describe("faults of requests", () => {
  test("an answer is given as often as asked, with the code's usual reason", async () => {
    emulator.faults.answer({ verb: "list", resource: "persistentvolumes" }, { code: 429, retryAfterSeconds: 7 }, 2);
    for (const _ of [1, 2]) {
      const refused = await client.get(volumes);
      expect(refused).toMatchObject({ code: 429, body: { kind: "Status", reason: "TooManyRequests" } });
      expect(refused.headers.get("retry-after")).toBe("7");
    }
    expect((await client.get(volumes)).code).toBe(200);
  });

  test.each([
    [{ method: "POST" }, false],
    [{ verb: "get" }, false],
    [{ resource: "persistentvolumeclaims" }, false],
    [{ resource: "configmaps/status" }, false],
    [{ namespace: "kube-system" }, false],
    [{ name: "a" }, false],
    [{}, true],
    [{ method: "GET" }, true],
    [{ verb: "list", resource: "configmaps", namespace: "default" }, true],
    [{ verb: "*", resource: "*" }, true],
  ])("a fault for %o hits a list of config maps: %s", async (match, hits) => {
    emulator.faults.answer(match, { code: 500 });
    expect((await client.get(maps)).code).toBe(hits ? 500 : 200);
  });

  test("a resource of a group goes by either name", async () => {
    const path = "/apis/coordination.k8s.io/v1/leases";
    emulator.faults.answer({ resource: "leases" }, { code: 500 });
    emulator.faults.answer({ resource: "leases.coordination.k8s.io" }, { code: 503 });
    expect([(await client.get(path)).code, (await client.get(path)).code]).toEqual([500, 503]);
  });

  test("a fault can be taken back, and all of them", async () => {
    const undo = emulator.faults.answer({}, { code: 500 }, Infinity);
    expect((await client.get(volumes)).code).toBe(500);
    undo();
    expect((await client.get(volumes)).code).toBe(200);
    emulator.faults.answer({}, { code: 500 });
    emulator.faults.clear();
    expect((await client.get(volumes)).code).toBe(200);
  });

  test("a request hangs until its client gives up", async () => {
    emulator.faults.hang({ verb: "list" });
    const abort = new AbortController();
    const hanging = fetch(emulator.url + volumes, { signal: abort.signal });
    await expect.poll(() => emulator.requests.count({ verb: "list" })).toBe(1);
    expect((await client.get(volumes)).code).toBe(200);
    abort.abort();
    await expect(hanging).rejects.toThrow(/abort/);
  });

  test("a delayed request is overtaken, and answered", async () => {
    emulator.faults.delay({ verb: "list" }, 100);
    const order: string[] = [];
    const delayed = client.get(volumes).then(({ code }) => order.push(`delayed ${code}`));
    await expect.poll(() => emulator.requests.count({ verb: "list" })).toBe(1);
    await client.get(volumes).then(() => order.push("prompt"));
    await delayed;
    expect(order).toEqual(["prompt", "delayed 200"]);
  });

  test("a lost answer belongs to a request that was carried out", async () => {
    emulator.faults.loseAnswer({ verb: "create" });
    await expect(client.post(maps, { metadata: { name: "a" } })).rejects.toThrow();
    expect(emulator.store.has("configmaps", { name: "a" })).toBe(true);
  });
});

describe("faults of watches", () => {
  const watchPath = `${maps}?watch=1&resourceVersion=5&allowWatchBookmarks=true`;
  const makeMap = (name: string) => emulator.store.create("configmaps", { metadata: { name } });

  /** Opens a watch, has `act` done, and returns what the watch says until it ends. */
  async function watchWhile(act: () => unknown): Promise<string[]> {
    const response = await fetch(emulator.url + watchPath);
    act();
    const lines = (await response.text()).split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line).type).filter((type) => type !== "BOOKMARK");
  }

  test("watches are closed as if in time", async () => {
    const closed: number[] = [];
    const types = await watchWhile(() => {
      makeMap("a");
      closed.push(emulator.faults.closeWatches({ resource: "persistentvolumes" }), emulator.faults.closeWatches());
      makeMap("b");
    });
    expect({ types, closed }).toEqual({ types: ["ADDED"], closed: [0, 1] });
  });

  test("watches are cut", async () => {
    await expect(watchWhile(() => expect(emulator.faults.breakWatches()).toBe(1))).rejects.toThrow(/terminated/);
  });

  test("watches end with an error event", async () => {
    const response = await fetch(emulator.url + watchPath.replace("&allowWatchBookmarks=true", ""));
    emulator.faults.failWatches({ resource: "configmaps" }, { code: 410 });
    const event = JSON.parse(await response.text());
    expect(event).toMatchObject({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  });

  test("silenced watches say nothing more, though open", async () => {
    const types = await watchWhile(() => {
      makeMap("a");
      emulator.faults.silenceWatches({ resource: "configmaps" });
      makeMap("b");
      expect(emulator.faults.closeWatches()).toBe(1);
    });
    expect(types).toEqual(["ADDED"]);
  });

  test("new watches are silent too, until that is taken back", async () => {
    const undo = emulator.faults.silenceWatches();
    const silent = await fetch(`${emulator.url}${maps}?watch=1&allowWatchBookmarks=true`);
    undo();
    makeMap("a");
    const [event] = await client.watch(`${maps}?watch=1`, 1);
    expect(event?.type).toBe("ADDED");
    emulator.faults.closeWatches();
    expect(await silent.text()).toBe("");
  });
});

describe("an API server that is away", () => {
  test("it refuses connections, cuts open ones, and comes back with port and objects", async () => {
    emulator.store.create("configmaps", { metadata: { name: "a" } });
    const watch = await fetch(`${emulator.url}${maps}?watch=1`);
    await emulator.faults.stop();
    await expect(watch.text()).rejects.toThrow(/terminated/);
    await expect(client.get(maps)).rejects.toThrow(/fetch failed/);
    await emulator.faults.restart();
    expect((await client.get(`${maps}/a`)).code).toBe(200);
  });
});
