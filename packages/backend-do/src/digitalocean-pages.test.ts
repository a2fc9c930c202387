import { inspect } from "node:util";
import { type BackendError, isBackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { type LoopbackServer, startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { DigitalOceanClient, type DigitalOceanClientOptions } from "./digitalocean-client.ts";

const call = { doing: "listing", scopes: ["snapshot:read"] };
const secondPage = "https://api.digitalocean.com/v2/snapshots?page=2";

it("reads all pages, and takes only the number of a link", async () => {
  const elsewhere = await serve(() => page([], 3));
  const server = await serve((path) =>
    path.endsWith("&page=2") ? page(["c"], 3) : page(["a", "b"], 3, `${elsewhere.url}/v2/snapshots?page=2`),
  );
  expect(await list(server)).toEqual(["a", "b", "c"]);
  expect(elsewhere.requests).toEqual([]);
  expect(server.requests.map(({ path }) => path)).toEqual([
    "/v2/snapshots?resource_type=volume&per_page=200&page=1",
    "/v2/snapshots?resource_type=volume&per_page=200&page=2",
  ]);
});

it("reads 45 objects of 20 a page, of which digitalocean-js by itself returns 20", async () => {
  const ids = Array.from({ length: 45 }, (_, index) => `s${index}`);
  const server = await serve((path) => {
    const number = Number(/&page=(\d+)/.exec(path)?.[1]);
    const next = number < 3 ? `https://api.digitalocean.com/v2/snapshots?page=${number + 1}` : undefined;
    return page(ids.slice((number - 1) * 20, number * 20), 45, next);
  });
  expect(await list(server)).toEqual(ids);
});

it.each([
  ["lacks its objects", { meta: { total: 0 }, links: {} }, "unexpected", "without its objects"],
  ["lacks its total", { snapshots: [], links: {} }, "unexpected", "without meta.total"],
  ["holds what is no object", { snapshots: ["a"], meta: { total: 1 } }, "unexpected", "no object"],
  ["has fewer objects than it counts", page(["a"], 2), "unavailable", "changed"],
  ["has an object twice", page(["a", "a"], 2), "unavailable", "changed"],
  ["links to itself", page(["a"], 2, "https://api.digitalocean.com/v2/snapshots?page=1"), "unexpected", "not 2"],
  [
    "links to one further on",
    page(["a"], 3, "https://api.digitalocean.com/v2/snapshots?page=3"),
    "unexpected",
    "not 2",
  ],
  [
    "links to another list",
    page(["a"], 2, "https://api.digitalocean.com/v2/volumes?page=2"),
    "unexpected",
    "another list",
  ],
  ["links to nowhere", page(["a"], 2, "next"), "unexpected", "another list"],
  ["links on, though it is empty", page([], 2, secondPage), "unexpected", "an empty page"],
])("does not take a page for the list that %s", async (_, body, code, reason) => {
  const server = await serve(() => body);
  expect(await rejection(list(server))).toMatchObject({ code, message: expect.stringContaining(reason) });
});

it("does not take a list for whole that changed while it was read", async () => {
  const pages = [page(["a", "b"], 3, secondPage), page(["c"], 2)];
  const server = await serve(() => pages.shift() ?? {});
  expect(await rejection(list(server))).toMatchObject({ code: "unavailable", retryable: true });
});

it("does not take a list for whole of which one page fails", async () => {
  const server = await startLoopbackServer(({ path }, response) =>
    path?.endsWith("&page=2") === true
      ? response.writeHead(503).end()
      : response.end(JSON.stringify(page(["a"], 2, secondPage))),
  );
  expect(await rejection(list(server))).toMatchObject({ code: "unavailable" });
});

it("net-2: stops reading a list without end", async () => {
  const server = await serve((path) => {
    const number = Number(/&page=(\d+)/.exec(path)?.[1]);
    return page([`s${number}`], 1_000_000, `https://api.digitalocean.com/v2/snapshots?page=${number + 1}`);
  });
  const error = await rejection(list(server, { maxPages: 5 }));
  expect(error).toMatchObject({ code: "unexpected", message: expect.stringContaining("more than 5 pages") });
  expect(server.requests).toHaveLength(5);
});

function serve(answer: (path: string) => object): Promise<LoopbackServer> {
  return startLoopbackServer(({ path = "" }, response) => response.end(JSON.stringify(answer(path))));
}

async function list({ url }: LoopbackServer, options: DigitalOceanClientOptions = {}): Promise<unknown[]> {
  const client = new DigitalOceanClient({ token: "dop_v1_not-a-real-token", apiUrl: url }, options);
  const objects = client.list(call, ({ snapshots }) => snapshots.getSnapshots("volume"), undefined);
  return Array.fromAsync(objects, ({ id }) => id);
}

function page(ids: readonly string[], total: number, next?: string): object {
  return {
    snapshots: ids.map((id) => ({ id })),
    links: next === undefined ? {} : { pages: { next } },
    meta: { total },
  };
}

async function rejection(reading: Promise<unknown>): Promise<BackendError> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isBackendError(error)) throw new Error(`no BackendError: ${inspect(error)}`);
  return error;
}
