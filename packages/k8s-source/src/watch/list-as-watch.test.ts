import { startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createVolume } from "../../test/cluster-objects.ts";
import { type Item, ScriptedTransport } from "../../test/scripted-transport.ts";
import { settle, VirtualClock } from "../../test/virtual-clock.ts";
import { createKubernetesClient } from "../client/kubernetes-client.ts";
import { KubernetesApiError } from "../client/kubernetes-error.ts";
import type { SourceEvent } from "../source-event.ts";
import { createResourceTransport } from "./resource-transport.ts";
import { ResourceWatch } from "./resource-watch.ts";

let clock: VirtualClock;
let transport: ScriptedTransport;
let events: SourceEvent[];
let changes: string[];
let stop: AbortController;
let running: Promise<void>;
let watch: ResourceWatch<Item>;

beforeEach(async () => {
  clock = new VirtualClock();
  transport = new ScriptedTransport();
  transport.watchList = transport.streamed;
  transport.page = { resourceVersion: "1", items: [{ name: "paged" }] };
  events = [];
  changes = [];
  stop = new AbortController();
  watch = new ResourceWatch<Item>({
    resource: "items",
    transport,
    project: (object) => ({ key: (object as Item).name, value: object as Item }),
    keyOf: (object) => (object as Item).name,
    clock,
    random: () => 1,
    onChange: (keys, by) => changes.push(`${by} ${keys}`),
    onEvent: (event) => events.push(event),
  });
  running = watch.run(stop.signal);
  await settle();
});

afterEach(async () => {
  stop.abort();
  await running;
  expect(transport.watching).toBe(false);
  expect(clock.waiting).toBe(0);
});

const names = () => [...watch.objects.keys()];

async function send(...parameters: Parameters<ScriptedTransport["send"]>): Promise<void> {
  transport.send(...parameters);
  await settle();
}

test("a watch begins with the list: it counts once its end is there, and changes follow in the same request", async () => {
  await send("ADDED", { name: "a" }, "5");
  await send("ADDED", { name: "b" }, "6");
  expect(watch.health().synced).toBe(false);
  expect(names()).toEqual([]);
  await send("BOOKMARK", undefined, "9", true);
  expect(watch.health().synced).toBe(true);
  await send("DELETED", { name: "a" }, "10");
  expect(names()).toEqual(["b"]);
  expect(changes).toEqual(["list a,b", "watch a"]);
  expect(events).toEqual([{ type: "resource-listed", resource: "items", objects: 2, pages: 0 }]);
  transport.end();
  await settle();
  expect(transport.requests).toEqual(["watch from the list", "watch 10"]);
});

test("what has expired is listed again in the same way, and what is not in it has gone", async () => {
  await send("ADDED", { name: "a" }, "5");
  await send("BOOKMARK", undefined, "9", true);
  transport.end(new KubernetesApiError(410, "Expired", "too old resource version"));
  await settle();
  await clock.advance(0);
  await settle();
  await send("ADDED", { name: "b" }, "20");
  expect(names()).toEqual(["a"]);
  await send("BOOKMARK", undefined, "21", true);
  expect(names()).toEqual(["b"]);
  expect(transport.requests).toEqual(["watch from the list", "watch from the list"]);
});

test.each([
  ["ends before its list is whole", () => transport.end()],
  ["goes on with changes before its list has ended", () => transport.send("MODIFIED", { name: "a" }, "6")],
  ["sends bookmarks that end no list", () => transport.send("BOOKMARK", undefined, "6")],
  ["is refused when it has begun", () => transport.end(new KubernetesApiError(422, "Invalid", "sendInitialEvents"))],
])("where a watch %s, nothing of it counts, and the list comes in pages", async (_, act) => {
  await send("ADDED", { name: "a" }, "5");
  act();
  await settle();
  expect(names()).toEqual(["paged"]);
  expect(transport.requests).toEqual(["watch from the list", "list", "watch 1"]);
});

test("an API server that never says where the list ends is asked for pages after ten seconds", async () => {
  await send("ADDED", { name: "a" }, "5");
  await clock.advance(9_000);
  expect(transport.requests).toEqual(["watch from the list"]);
  await clock.advance(2_000);
  await settle();
  expect(names()).toEqual(["paged"]);
  expect(transport.requests).toEqual(["watch from the list", "list", "watch 1"]);
});

test.each([400, 403, 422])(
  "where an API server answers %d, the list comes in pages at once, and stays so",
  async (code) => {
    stop.abort();
    await running;
    const refusing = new ScriptedTransport();
    refusing.watchList = refusing.streamed;
    refusing.watchErrors.push(new KubernetesApiError(code, "", "sendInitialEvents is forbidden"));
    const gone = new KubernetesApiError(410, "Expired", "too old resource version");
    const other = new ResourceWatch<Item>({
      resource: "items",
      transport: refusing,
      project: (object) => ({ key: (object as Item).name, value: object as Item }),
      keyOf: (object) => (object as Item).name,
      clock,
      random: () => 1,
      onChange: () => {},
      onEvent: (event) => events.push(event),
    });
    stop = new AbortController();
    running = other.run(stop.signal);
    await settle();
    refusing.end(gone);
    await settle();
    await clock.advance(0);
    await settle();
    expect(refusing.requests).toEqual(["watch from the list", "list", "watch 1", "list", "watch 1"]);
    expect(events.map(({ type }) => type)).toEqual(["resource-listed", "request-failed", "resource-listed"]);
  },
);

test("the emulator's list comes so, and its end is known", async () => {
  await using cluster = await startKubernetesEmulator();
  createVolume(cluster, "pv-1");
  const client = createKubernetesClient({ server: cluster.url, credentials: async () => ({ headers: {} }) });
  const streamed = createResourceTransport(client, "/api/v1/persistentvolumes", { asksForStream: true });
  const seen: string[] = [];
  const following = new AbortController();
  const list = await streamed.watchList?.({ timeoutSeconds: 30, signal: following.signal });
  for await (const { type, endsList } of list ?? []) {
    seen.push(endsList ? "end" : type);
    if (endsList) break;
  }
  following.abort();
  client[Symbol.dispose]();
  expect(seen).toEqual(["ADDED", "end"]);
});
