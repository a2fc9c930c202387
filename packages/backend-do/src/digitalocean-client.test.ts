import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { type BackendError, isBackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { type LoopbackServer, startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { DigitalOceanClient, type DigitalOceanRequest } from "./digitalocean-client.ts";

const token = "dop_v1_not-a-real-token";
const read: DigitalOceanRequest = { method: "GET", path: "/v2/snapshots", doing: "listing", scopes: ["snapshot:read"] };
const create: DigitalOceanRequest = { ...read, method: "POST", body: { name: "a" }, doing: "creating" };

it("sends the token of its own client", async () => {
  const server = await startLoopbackServer((_, response) => answer(response, {}));
  const other = new DigitalOceanClient({ token: "another", apiUrl: server.url });
  await Promise.all([client(server).send(read, undefined), other.send(read, undefined)]);
  expect(server.requests.map(({ headers }) => headers.authorization).toSorted()).toEqual([
    "Bearer another",
    `Bearer ${token}`,
  ]);
});

it("asks nobody without a token", async () => {
  const server = await startLoopbackServer((_, response) => answer(response, {}));
  const error = await rejection(new DigitalOceanClient({ token: undefined, apiUrl: server.url }).send(read, undefined));
  expect(error).toMatchObject({
    code: "unauthenticated",
    message: expect.stringContaining("DIGITALOCEAN_ACCESS_TOKEN"),
  });
  expect(server.requests).toEqual([]);
});

it("follows no redirection: the token would go along", async () => {
  const elsewhere = await startLoopbackServer((_, response) => answer(response, {}));
  const server = await startLoopbackServer((_, response) =>
    response.writeHead(302, { location: `${elsewhere.url}/v2/snapshots` }).end(),
  );
  expect((await rejection(client(server).send(read, undefined))).code).toBe("unexpected");
  expect(elsewhere.requests).toEqual([]);
});

it.each([
  [read, "not-done"],
  [create, "unknown"],
] as const)("gives up an answer that does not come: $method is $outcome", async (request, outcome) => {
  const server = await startLoopbackServer(() => {});
  const impatient = new DigitalOceanClient({ token, apiUrl: server.url }, { timeoutMs: 20 });
  expect(await rejection(impatient.send(request, undefined))).toMatchObject({ code: "unavailable", outcome });
});

it("gives up an answer that stops in the middle", async () => {
  const server = await startLoopbackServer((_, response) => response.writeHead(200).write('{"snapshot":'));
  const impatient = new DigitalOceanClient({ token, apiUrl: server.url }, { timeoutMs: 50 });
  expect(await rejection(impatient.send(create, undefined))).toMatchObject({ code: "unavailable", outcome: "unknown" });
});

it.each(["<html>Bad Gateway</html>", "", '{"snapshots":'])("does not take %j for an answer", async (body) => {
  const server = await startLoopbackServer((_, response) => response.end(body));
  expect(await rejection(client(server).send(create, undefined))).toMatchObject({
    code: "unexpected",
    outcome: "unknown",
  });
});

it("keeps the token out of every error", async () => {
  const server = await startLoopbackServer((_, response) => response.destroy());
  const closed = new DigitalOceanClient({ token, apiUrl: "http://127.0.0.1:1" });
  for (const each of [client(server), closed]) {
    const error = await rejection(each.send(create, undefined));
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token);
  }
});

it.each([200, 503])("hands on the date of an answer with status %i", async (status) => {
  const server = await startLoopbackServer((_, response) =>
    response.writeHead(status, { date: "Tue, 24 Nov 2026 00:00:00 GMT" }).end("{}"),
  );
  const dates: string[] = [];
  const onDate = (date: Date): void => void dates.push(date.toJSON());
  await client(server)
    .send(read, { onDate })
    .catch(() => undefined);
  expect(dates).toEqual(["2026-11-24T00:00:00.000Z"]);
});

it.each(["", "yesterday"])("does not hand on the date %j", async (date) => {
  const server = await startLoopbackServer((_, response) => response.writeHead(200, { date }).end("{}"));
  await client(server).send(read, { onDate: () => expect.unreachable() });
});

it("reads all pages, and takes only the number of a link", async () => {
  const elsewhere = await startLoopbackServer((_, response) => answer(response, page([], 3)));
  const server = await startLoopbackServer(({ path }, response) =>
    answer(
      response,
      path?.endsWith("&page=2") === true ? page(["c"], 3) : page(["a", "b"], 3, `${elsewhere.url}/v2/snapshots?page=2`),
    ),
  );
  expect(await list(server)).toEqual(["a", "b", "c"]);
  expect(elsewhere.requests).toEqual([]);
  expect(server.requests.map(({ path }) => path)).toEqual([
    "/v2/snapshots?per_page=200&page=1",
    "/v2/snapshots?per_page=200&page=2",
  ]);
});

it.each([
  ["lacks its objects", { meta: { total: 0 }, links: {} }, "unexpected"],
  ["lacks its total", { snapshots: [], links: {} }, "unexpected"],
  ["holds what is no object", { snapshots: ["a"], meta: { total: 1 } }, "unexpected"],
  ["has fewer objects than it counts", page(["a"], 2), "unavailable"],
  ["has an object twice", page(["a", "a"], 2), "unavailable"],
  ["links to itself", page(["a"], 2, "https://api.digitalocean.com/v2/snapshots?page=1"), "unexpected"],
  ["links to nowhere", page(["a"], 2, "next"), "unexpected"],
])("does not take a page for the list that %s", async (_, body, code) => {
  const server = await startLoopbackServer((__, response) => answer(response, body));
  expect(await rejection(list(server))).toMatchObject({ code });
});

it("does not take a list for whole that changed while it was read", async () => {
  const next = "https://api.digitalocean.com/v2/snapshots?page=2";
  const pages = [page(["a", "b"], 3, next), page(["c"], 2)];
  const server = await startLoopbackServer((_, response) => answer(response, pages.shift()));
  expect(await rejection(list(server))).toMatchObject({ code: "unavailable", retryable: true });
});

function client({ url }: LoopbackServer): DigitalOceanClient {
  return new DigitalOceanClient({ token, apiUrl: url });
}

async function list(server: LoopbackServer): Promise<unknown[]> {
  return Array.fromAsync(client(server).list(read, "snapshots", undefined), ({ id }) => id);
}

function page(ids: readonly string[], total: number, next?: string): object {
  return {
    snapshots: ids.map((id) => ({ id })),
    links: next === undefined ? {} : { pages: { next } },
    meta: { total },
  };
}

function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function rejection(call: Promise<unknown>): Promise<BackendError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isBackendError(error)) throw new Error(`no BackendError: ${inspect(error)}`);
  return error;
}
