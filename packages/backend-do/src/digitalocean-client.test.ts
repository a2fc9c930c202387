import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { type BackendError, isBackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { type LoopbackServer, startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { DigitalOceanClient, type DigitalOceanClientOptions, type DigitalOceanMethod } from "./digitalocean-client.ts";

const token = "dop_v1_not-a-real-token";
const volume = "fbe805e8-866b-11e6-96bf-000f53315a41";
const reading = { doing: "reading", scopes: ["block_storage_snapshot:read"] };
const creating = { doing: "creating", scopes: ["block_storage_snapshot:create"], changes: true };
const deleting = { doing: "deleting", scopes: ["block_storage_snapshot:delete"], changes: true };
const read: DigitalOceanMethod = ({ snapshots }) => snapshots.getSnapshotById("a");
const create: DigitalOceanMethod = ({ blockStorage }) => blockStorage.createSnapshotFromVolume(volume, "nightly");
const remove: DigitalOceanMethod = ({ snapshots }) => snapshots.deleteSnapshot("a");
const calls = [
  [reading, read, "not-done"],
  [creating, create, "unknown"],
  [deleting, remove, "unknown"],
] as const;

it("asks for volumes' snapshots only: a deletion below /snapshots could hit a Droplet's", async () => {
  const server = await startLoopbackServer((_, response) => response.end('{"snapshot":{}}'));
  await client(server).call(reading, read, undefined);
  await client(server).call(deleting, remove, undefined);
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /v2/volumes/snapshots/a",
    "DELETE /v2/volumes/snapshots/a",
  ]);
});

it("sends tags with a creation, and tags snapshots, which digitalocean-js cannot", async () => {
  const server = await startLoopbackServer((_, response) => response.end("{}"));
  await client(server).call({ ...creating, tags: ["created-by:k8s-snapshots"] }, create, undefined);
  await client(server).call(creating, ({ tags }) => tags.tagResources("a:b", ["id"]), undefined);
  await client(server).call(creating, ({ tags }) => tags.removeTagFromResources("a:b", ["id"]), undefined);
  const resources = [{ resource_id: "id", resource_type: "volume_snapshot" }];
  expect(server.requests.map(({ method, path, body }) => [method, path, JSON.parse(body)])).toEqual([
    ["POST", `/v2/volumes/${volume}/snapshots`, { name: "nightly", tags: ["created-by:k8s-snapshots"] }],
    ["POST", "/v2/tags/a:b/resources", { resources }],
    ["DELETE", "/v2/tags/a:b/resources", { resources }],
  ]);
});

it("asks nobody without a token", async () => {
  const server = await startLoopbackServer((_, response) => response.end("{}"));
  const error = await rejection(
    new DigitalOceanClient({ token: undefined, apiUrl: server.url }).call(reading, read, undefined),
  );
  expect(error).toMatchObject({ code: "unauthenticated", message: expect.stringContaining("ACCESS_TOKEN") });
  expect(server.requests).toEqual([]);
});

it.each([301, 302, 307, 308])("follows no redirection with status %i: the token would go along", async (status) => {
  const elsewhere = await startLoopbackServer((_, response) => response.end("{}"));
  const server = await startLoopbackServer((_, response) =>
    response.writeHead(status, { location: `${elsewhere.url}/v2/snapshots` }).end(),
  );
  expect((await rejection(client(server).call(reading, read, undefined))).code).toBe("unexpected");
  expect(elsewhere.requests).toEqual([]);
});

it.each(calls)("gives up an answer that does not come: $doing", async (call, method, outcome) => {
  const server = await startLoopbackServer(() => {});
  const error = await rejection(client(server, { timeoutMs: 20 }).call(call, method, undefined));
  expect(error).toMatchObject({ code: "unavailable", outcome });
  expect(error.message).toBe(`${call.doing}: no answer within 0.02 s`);
});

it.each(calls)("gives up an answer that stops in the middle: $doing", async (call, method, outcome) => {
  const server = await startLoopbackServer((_, response) => response.writeHead(200).write('{"snapshot":'));
  const error = await rejection(client(server, { timeoutMs: 50 }).call(call, method, undefined));
  expect(error).toMatchObject({ code: "unavailable", outcome });
});

it.each(calls)("does not take an answer for whole that is cut: $doing", async (call, method, outcome) => {
  const server = await startLoopbackServer((_, response) => {
    response.writeHead(200, { "content-length": "100" }).write('{"snapshot":{}}', () => response.destroy());
  });
  const error = await rejection(client(server).call(call, method, undefined));
  expect(error).toMatchObject({ code: "unavailable", outcome });
});

it("lets go of a request when the caller's signal fires, in the middle of an answer too", async () => {
  for (const begin of [false, true]) {
    const controller = new AbortController();
    const server = await startLoopbackServer((_, response) => {
      if (begin) response.writeHead(200).write("{");
      controller.abort();
    });
    const error = await rejection(client(server).call(reading, read, { signal: controller.signal }));
    expect(error.code).toBe("aborted");
  }
});

it.each(["<html>Bad Gateway</html>", "", '{"snapshots":', "7", "null"])(
  "does not take %j for an answer",
  async (body) => {
    const server = await startLoopbackServer((_, response) => response.end(body));
    expect(await rejection(client(server).call(creating, create, undefined))).toMatchObject({
      code: "unexpected",
      outcome: "unknown",
    });
  },
);

it("net-2: stops reading an answer without end", async () => {
  const server = await startLoopbackServer((_, response) => {
    const more = (): void => void response.write("x".repeat(10_000), (error) => error ?? more());
    more();
  });
  const error = await rejection(client(server, { maxBodyBytes: 100_000 }).call(reading, read, undefined));
  expect(error).toMatchObject({ code: "unexpected", message: expect.stringContaining("more than 100000 bytes") });
});

it("net-2: counts an answer's bytes after they are unpacked", async () => {
  const server = await startLoopbackServer((_, response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(1_000_000))),
  );
  const error = await rejection(client(server, { maxBodyBytes: 100_000 }).call(reading, read, undefined));
  expect(error).toMatchObject({ code: "unexpected", message: expect.stringContaining("more than 100000 bytes") });
});

it("takes only what digitalocean-js makes of an answer: the rest holds the token", async () => {
  const server = await startLoopbackServer((_, response) => response.writeHead(204).end());
  const answer = await client(server).call(deleting, remove, undefined);
  expect(inspect(answer, { depth: 20, showHidden: true })).not.toContain(token);
});

it("keeps the token out of every error", async () => {
  const cutting = await startLoopbackServer((_, response) => response.destroy());
  const repeating = await startLoopbackServer(({ headers }, response) =>
    response.writeHead(400).end(`you sent ${headers.authorization}`),
  );
  const redirecting = await startLoopbackServer(({ headers }, response) =>
    response.writeHead(302, { location: `/?token=${headers.authorization}` }).end(),
  );
  const silent = await startLoopbackServer(() => {});
  for (const { url } of [cutting, repeating, redirecting, silent, { url: "http://127.0.0.1:1" }]) {
    const timeoutMs = url === silent.url ? 20 : 30_000;
    const error = await rejection(
      new DigitalOceanClient({ token, apiUrl: url }, { timeoutMs }).call(creating, create, undefined),
    );
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token);
    expect(error.stack).not.toContain(token);
  }
});

it.each([200, 503])("hands on the date of an answer with status %i", async (status) => {
  const server = await startLoopbackServer((_, response) =>
    response.writeHead(status, { date: "Tue, 24 Nov 2026 00:00:00 GMT" }).end("{}"),
  );
  const dates: string[] = [];
  const onDate = (date: Date): void => void dates.push(date.toJSON());
  await client(server)
    .call(reading, read, { onDate })
    .catch(() => undefined);
  expect(dates).toEqual(["2026-11-24T00:00:00.000Z"]);
});

it.each(["", "yesterday"])("does not hand on the date %j", async (date) => {
  const server = await startLoopbackServer((_, response) => response.writeHead(200, { date }).end("{}"));
  await client(server).call(reading, read, { onDate: () => expect.unreachable() });
});

function client({ url }: LoopbackServer, options: DigitalOceanClientOptions = {}): DigitalOceanClient {
  return new DigitalOceanClient({ token, apiUrl: url }, options);
}

async function rejection(call: Promise<unknown>): Promise<BackendError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isBackendError(error)) throw new Error(`no BackendError: ${inspect(error)}`);
  return error;
}
