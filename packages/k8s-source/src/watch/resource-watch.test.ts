import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Item, ScriptedTransport } from "../../test/scripted-transport.ts";
import { settle, VirtualClock } from "../../test/virtual-clock.ts";
import { KubernetesApiError, KubernetesConnectionError, MalformedAnswerError } from "../client/kubernetes-error.ts";
import type { SourceEvent } from "../source-event.ts";
import { ResourceWatch } from "./resource-watch.ts";

const a: Item = { name: "a" };
const b: Item = { name: "b" };
const gone = new KubernetesApiError(410, "Expired", "too old resource version");

let clock: VirtualClock;
let transport: ScriptedTransport;
let events: SourceEvent[];
let changes: number;
let onChange: () => void;
let stop: AbortController;
let running: Promise<void>;
let watch: ResourceWatch<Item>;

function start({ optional = false, random = (): number => 1 } = {}): void {
  watch = new ResourceWatch<Item>({
    resource: "items",
    transport,
    project: (object) => {
      const { name, value } = object as Item;
      if (name === "bad" || value === "bad") throw new TypeError("a bad object");
      return { key: name, value: value === undefined ? { name } : { name, value } };
    },
    keyOf: (object) => (object as Item).name,
    optional,
    clock,
    random,
    onChange: () => onChange(),
    onEvent: (event) => events.push(event),
  });
  running = watch.run(stop.signal);
}

beforeEach(() => {
  clock = new VirtualClock();
  transport = new ScriptedTransport();
  transport.page = { resourceVersion: "1", items: [a] };
  events = [];
  changes = 0;
  onChange = () => {
    changes += 1;
  };
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await running;
  expect(transport.watching).toBe(false);
  expect(clock.waiting).toBe(0);
});

const names = () => [...watch.objects.keys()];
const eventTypes = () => events.map(({ type }) => type);
const retries = () => events.flatMap((event) => (event.type === "request-failed" ? [event.retryInMs] : []));

describe("listing", () => {
  test("reads all pages, then watches from the list's version", async () => {
    transport.lists.push(
      { resourceVersion: "7", items: [a], continueToken: "t1" },
      { resourceVersion: "7", items: [b], continueToken: "t2" },
      { resourceVersion: "7", items: [{ name: "c" }] },
    );
    start();
    await settle();
    expect(transport.requests).toEqual(["list", "list after t1", "list after t2", "watch 7"]);
    expect(names()).toEqual(["a", "b", "c"]);
    expect(events).toEqual([{ type: "resource-listed", resource: "items", objects: 3, pages: 3 }]);
    expect(changes).toBe(1);
  });

  test("is not synced before the last page", async () => {
    transport.lists.push({ resourceVersion: "7", items: [a], continueToken: "t1" }, new Error("broken"));
    start();
    await settle();
    expect(watch.health()).toMatchObject({ synced: false });
    expect(names()).toEqual([]);
    await clock.advance(500);
    expect(watch.health()).toMatchObject({ synced: true, absent: false, fresh: true });
  });

  test("begins again when a page is gone", async () => {
    transport.lists.push({ resourceVersion: "7", items: [b], continueToken: "t1" }, gone);
    start();
    await clock.advance(500);
    expect(transport.requests).toEqual(["list", "list after t1", "list", "watch 1"]);
    expect(names()).toEqual(["a"]);
  });

  test("list-2: an object that cannot be understood any more stays as it was", async () => {
    start();
    await settle();
    transport.page = { resourceVersion: "50", items: [{ name: "a", value: "bad" }, b] };
    transport.end(gone);
    await clock.advance(500);
    expect(names()).toEqual(["a", "b"]);
    expect(watch.objects.get("a")).toEqual({ name: "a" });
  });

  test("leaves a malformed object out, and takes the others", async () => {
    transport.page = { resourceVersion: "1", items: [{ name: "bad" }, a] };
    start();
    await settle();
    expect(names()).toEqual(["a"]);
    expect(eventTypes()).toEqual(["object-malformed", "resource-listed"]);
  });
});

describe("following", () => {
  test("adds, changes and deletes objects", async () => {
    start();
    await settle();
    transport.send("ADDED", b, "2");
    transport.send("MODIFIED", { name: "a", value: "new" }, "3");
    await settle();
    expect([...watch.objects.values()]).toEqual([{ name: "a", value: "new" }, b]);
    transport.send("DELETED", a, "4");
    await settle();
    expect(names()).toEqual(["b"]);
    expect(changes).toBe(4);
  });

  test("tells of no change where nothing that is kept has changed", async () => {
    start();
    await settle();
    const before = watch.objects.get("a");
    transport.send("MODIFIED", { ...a, status: "whatever" } as Item, "2");
    transport.send("DELETED", b, "3");
    transport.send("BOOKMARK", undefined, "4");
    await settle();
    expect(changes).toBe(1);
    expect(watch.objects.get("a")).toBe(before);
  });

  test("goes on after a malformed object", async () => {
    start();
    await settle();
    transport.send("ADDED", { name: "bad" }, "2");
    transport.send("ADDED", b, "3");
    await settle();
    expect(names()).toEqual(["a", "b"]);
    expect(eventTypes()).toEqual(["resource-listed", "object-malformed"]);
  });

  test("goes on when a listener throws, and says so", async () => {
    onChange = () => {
      throw new Error("a bad listener");
    };
    start();
    await settle();
    transport.send("ADDED", b, "2");
    await settle();
    expect(names()).toEqual(["a", "b"]);
    expect(eventTypes()).toEqual(["resource-listed", "listener-failed", "listener-failed"]);
    expect(transport.requests).toEqual(["list", "watch 1"]);
  });
});

describe("a watch that ends", () => {
  test("is taken up at the last version seen, without a list", async () => {
    start();
    await settle();
    transport.send("ADDED", b, "5");
    transport.end();
    await settle();
    transport.send("BOOKMARK", undefined, "9");
    transport.end();
    await settle();
    expect(transport.requests).toEqual(["list", "watch 1", "watch 5", "watch 9"]);
    expect(eventTypes()).toEqual(["resource-listed", "watch-closed", "watch-closed"]);
    expect(names()).toEqual(["a", "b"]);
  });

  test("is taken up at once if it had lived, even in silence", async () => {
    start();
    await clock.advance(20_000);
    transport.end();
    await settle();
    expect(transport.requests).toEqual(["list", "watch 1", "watch 1"]);
  });

  test("is left alone for a while if it ended as soon as it began", async () => {
    start();
    await settle();
    transport.end();
    await clock.advance(499);
    expect(transport.requests).toEqual(["list", "watch 1"]);
    await clock.advance(1);
    transport.end();
    await clock.advance(1_000);
    expect(transport.requests).toEqual(["list", "watch 1", "watch 1", "watch 1"]);
    expect(retries()).toEqual([500, 1_000]);
  });

  test.each([
    ["at its beginning", () => transport.watchErrors.push(gone), () => transport.end()],
    ["in its midst", () => {}, () => transport.end(gone)],
  ])("with 410 %s leads to a new list, which shows what was deleted", async (_, before, end) => {
    start();
    await clock.advance(20_000);
    before();
    transport.page = { resourceVersion: "50", items: [b] };
    end();
    await clock.advance(500);
    expect(transport.requests.slice(-2)).toEqual(["list", "watch 50"]);
    expect(names()).toEqual(["b"]);
    expect(changes).toBe(2);
  });

  test("api-2: with 410 lists at once, and once only while no watch works", async () => {
    start();
    await clock.advance(20_000);
    transport.watchErrors.push(gone, gone);
    transport.end();
    await clock.advance(0);
    expect(transport.requests).toEqual(["list", "watch 1", "watch 1", "list", "watch 1"]);
    await clock.advance(500);
    expect(transport.requests.slice(-2)).toEqual(["list", "watch 1"]);
  });

  test("and a list that shows nothing new is no change", async () => {
    start();
    await settle();
    const before = watch.objects.get("a");
    transport.page = { resourceVersion: "50", items: [{ name: "a" }] };
    transport.end(gone);
    await clock.advance(500);
    expect(changes).toBe(1);
    expect(watch.objects.get("a")).toBe(before);
  });

  test("with an event that cannot be read leads to a new list", async () => {
    start();
    await settle();
    transport.end(new MalformedAnswerError("not an event"));
    await clock.advance(500);
    expect(transport.requests).toEqual(["list", "watch 1", "list", "watch 1"]);
  });

  test.each([
    ["401", new KubernetesApiError(401, "Unauthorized", "token expired")],
    ["403", new KubernetesApiError(403, "Forbidden", "items is forbidden")],
    ["500", new KubernetesApiError(500, "InternalError", "etcdserver: leader changed")],
    ["a broken connection", new KubernetesConnectionError("ECONNRESET")],
  ])("with %s is taken up where it ended, and what is known stays", async (_, error) => {
    start();
    await settle();
    transport.send("ADDED", b, "2");
    await settle();
    transport.watchErrors.push(error, error);
    transport.end(error);
    await clock.advance(500 + 1_000 + 2_000);
    expect(transport.requests).toEqual(["list", "watch 1", "watch 2", "watch 2", "watch 2"]);
    expect(retries()).toEqual([500, 1_000, 2_000]);
    expect(events.at(-1)).toMatchObject({ type: "request-failed", resource: "items", operation: "watch", error });
    expect(names()).toEqual(["a", "b"]);
  });
});

describe("an API server that is away", () => {
  const refused = new KubernetesConnectionError("connect ECONNREFUSED");

  test("api-2: is asked ever less often, but at least every five seconds, for ever", async () => {
    transport.lists.push(...Array.from({ length: 200 }, () => refused));
    start();
    await clock.advance(10 * 60_000);
    expect(retries().slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000]);
    expect(Math.max(...retries())).toBe(5_000);
    transport.lists.length = 0;
    await clock.advance(5_000);
    expect(names()).toEqual(["a"]);
    expect(transport.watching).toBe(true);
  });

  test("is asked at times that are spread by chance", async () => {
    transport.lists.push(refused, refused);
    start({ random: () => 0 });
    await clock.advance(750);
    expect(retries()).toEqual([250, 500]);
  });

  test("is left alone for as long as it asks", async () => {
    transport.lists.push(new KubernetesApiError(429, "TooManyRequests", "slow down", 45_000));
    start();
    await clock.advance(44_999);
    expect(transport.requests).toEqual(["list"]);
    await clock.advance(1);
    expect(transport.requests).toEqual(["list", "list", "watch 1"]);
  });

  test("makes what is known stale, until it is back", async () => {
    start();
    await settle();
    transport.watchErrors.push(...Array.from({ length: 200 }, () => refused));
    transport.end(refused);
    await clock.advance(300_000);
    expect(watch.health()).toMatchObject({ synced: true, fresh: true });
    await clock.advance(1);
    expect(watch.health()).toMatchObject({ synced: true, fresh: false });
    expect(names()).toEqual(["a"]);
    transport.watchErrors.length = 0;
    await clock.advance(30_000);
    expect(watch.health()).toMatchObject({ fresh: true });
  });

  test("is asked soon again after the next failure, once an event has come", async () => {
    transport.lists.push(refused, refused, refused);
    start();
    await clock.advance(3_500);
    transport.send("ADDED", b, "2");
    transport.end(refused);
    await settle();
    expect(retries()).toEqual([500, 1_000, 2_000, 500]);
  });
});

describe("a watch that hangs", () => {
  test("is given up after 150 seconds of silence, and taken up where it was", async () => {
    start();
    await clock.advance(100_000);
    transport.send("BOOKMARK", undefined, "4");
    await clock.advance(149_999);
    expect(transport.requests).toEqual(["list", "watch 1"]);
    await clock.advance(1);
    expect(transport.requests).toEqual(["list", "watch 1", "watch 4"]);
    expect(events.at(-1)).toEqual({ type: "watch-stale", resource: "items", silentMs: 150_000 });
  });
});

describe("a resource that the API server does not know", () => {
  const notFound = new KubernetesApiError(404, "NotFound", "the server could not find the requested resource");

  test("counts as listed and empty if it is optional, and is looked for each minute", async () => {
    transport.lists.push(notFound, notFound);
    start({ optional: true });
    await settle();
    expect(watch.health()).toMatchObject({ synced: true, absent: true, fresh: true });
    expect(changes).toBe(1);
    await clock.advance(59_999);
    expect(transport.requests).toEqual(["list"]);
    await clock.advance(60_001);
    expect(transport.requests).toEqual(["list", "list", "list", "watch 1"]);
    expect(watch.health()).toMatchObject({ synced: true, absent: false });
    expect(names()).toEqual(["a"]);
  });

  test("loses its objects when it is removed, and is found again", async () => {
    start({ optional: true });
    await settle();
    transport.lists.push(notFound);
    transport.watchErrors.push(notFound);
    transport.send("BOOKMARK", undefined, "2");
    transport.end();
    await settle();
    expect(watch.health()).toMatchObject({ absent: true });
    expect(names()).toEqual([]);
    expect(changes).toBe(2);
    await clock.advance(120_000);
    expect(names()).toEqual(["a"]);
  });

  test("is an error like others if it is not optional", async () => {
    transport.lists.push(notFound);
    start();
    await settle();
    expect(watch.health()).toMatchObject({ synced: false, absent: false });
    await clock.advance(500);
    expect(names()).toEqual(["a"]);
  });
});

test.each([
  ["a watch is open", async () => {}],
  ["it waits for the next attempt", async () => transport.end(new Error("broken"))],
])("stops when %s", async (_, prepare) => {
  start();
  await settle();
  await prepare();
  await settle();
  stop.abort();
  await expect(running).resolves.toBeUndefined();
});
