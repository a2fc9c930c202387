import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import {
  type LoopbackServer,
  type ReceivedRequest,
  startLoopbackServer,
} from "../../../test-support/loopback-server.ts";
import type { ComputeApi } from "./compute-api.ts";
import { ComputeCaller } from "./compute-caller.ts";
import { createComputeApi } from "./compute-client.ts";
import { parseGceConfig } from "./gce-config.ts";
import { toBackendError } from "./gce-error.ts";

const place = { project: "a-project", snapshot: "data-1" };
const how = { signal: undefined, onDate: undefined };

async function open(
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
): Promise<{ api: ComputeApi; server: LoopbackServer }> {
  const server = await startLoopbackServer(answer);
  return { server, api: await createComputeApi(parseGceConfig({ GOOGLE_COMPUTE_CUSTOM_ENDPOINT: server.url })) };
}

async function rejection(call: Promise<unknown>): Promise<ReturnType<typeof toBackendError>> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("Bearer");
  return toBackendError(error, "reading data-1");
}

it("names the object in the path, and what else is asked in the query", async () => {
  const { api, server } = await open((_, response) => response.end('{"kind": "compute#snapshotList"}'));
  await api.getSnapshot({ project: "example.com:a-project", snapshot: "a/b" }, how);
  await api.listSnapshots({ project: "a-project", filter: '(labels.a="b")', maxResults: 500 }, how);
  await api.getDisk({ project: "a-project", kind: "regions", place: "europe-west1", disk: "d" }, how);
  expect(server.requests.map(({ path }) => path)).toEqual([
    "/compute/v1/projects/example.com%3Aa-project/global/snapshots/a%2Fb?",
    "/compute/v1/projects/a-project/global/snapshots?filter=%28labels.a%3D%22b%22%29&maxResults=500",
    "/compute/v1/projects/a-project/regions/europe-west1/disks/d?",
  ]);
});

it("sends nothing for a name that would lead elsewhere", async () => {
  const { api, server } = await open((_, response) => response.end("{}"));
  const error = await rejection(api.getSnapshot({ ...place, project: ".." }, how));
  expect(error).toMatchObject({ code: "invalid", outcome: "not-done", message: expect.stringContaining("project") });
  expect(server.requests).toEqual([]);
});

it.each([301, 302, 307, 308])("follows no redirection with status %i: the token would go along", async (status) => {
  const elsewhere = await startLoopbackServer((_, response) => response.end("{}"));
  const { api } = await open((_, response) => response.writeHead(status, { location: `${elsewhere.url}/a` }).end());
  const error = await rejection(api.getSnapshot(place, how));
  expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(`to ${elsewhere.url}`) });
  expect(elsewhere.requests).toEqual([]);
});

it.each([401, 403, 429, 500, 503])("asks once, and is told why: %i", async (status) => {
  const body = { error: { errors: [{ reason: "aReason" }], message: "Because." } };
  const { api, server } = await open((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  const error = await rejection(api.getSnapshot(place, how));
  expect(error.message).toContain('"Because." (aReason)');
  expect(server.requests).toHaveLength(1);
});

it.each([
  ["as it is", {}, (chunk: Buffer) => chunk],
  ["compressed", { "content-encoding": "gzip" }, (chunk: Buffer) => gzipSync(chunk)],
])("net-2: gives up a body without end, %s", async (_, headers, encode) => {
  const chunk = encode(Buffer.alloc(4 * 1024 * 1024, " "));
  const { api } = await open((__, response) => {
    response.writeHead(200, headers);
    const writeOn = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", writeOn);
    writeOn();
  });
  expect(await rejection(api.getSnapshot(place, how))).toMatchObject({
    code: "unexpected",
    message: expect.stringContaining("more than 32 MiB"),
  });
});

it("net-2: gives up a list without end", async () => {
  let pages = 0;
  const { api } = await open((_, response) =>
    response.end(`{"kind": "compute#snapshotList", "nextPageToken": "${pages++}"}`),
  );
  const caller = new ComputeCaller(async () => api, { mostPages: 20 });
  const error = await rejection(Array.fromAsync(caller.snapshots("a-project", "", undefined)));
  expect(error).toMatchObject({ code: "unexpected", message: expect.stringContaining("more than 20 pages") });
  expect(pages).toBe(20);
});

it.each([
  ["120", 120_000],
  [String(34 * 86_400), 3_600_000],
  ["Tue, 24 Nov 2026 00:00:30 GMT", 30_000],
  ["Fri, 24 Nov 2034 00:00:00 GMT", 3_600_000],
  ["Mon, 23 Nov 2026 00:00:00 GMT", 60_000],
  ["soon", 60_000],
])("net-3: Retry-After of %j is %i ms", async (value, expected) => {
  const headers = { date: "Tue, 24 Nov 2026 00:00:00 GMT", "retry-after": value };
  const { api } = await open((_, response) => response.writeHead(429, headers).end());
  expect((await rejection(api.getSnapshot(place, how))).retryAfterMs).toBe(expected);
});

it("does not take an answer whose fields are of other types for one", async () => {
  const { api } = await open((_, response) => response.end('{"name": 7}'));
  const reading = api.getDisk({ project: "a-project", kind: "zones", place: "europe-west1-b", disk: "d" }, how);
  expect(await rejection(reading)).toMatchObject({ code: "unexpected", outcome: "unknown" });
});

it.each(["PARTIAL_SUCCESS", "UNREACHABLE"])("does not take a list for whole that Google warns of: %s", async (code) => {
  const body = { kind: "compute#snapshotList", items: [{ name: "a" }], warning: { code } };
  const { api } = await open((_, response) => response.end(JSON.stringify(body)));
  const listing = api.listSnapshots({ project: "a-project", maxResults: 1 }, how);
  expect(await rejection(listing)).toMatchObject({ code: "unavailable" });
});

it.each(["<html>Bad Gateway</html>", "", '{"name":', "null", "7"])("does not take %j for an answer", async (body) => {
  const { api } = await open((_, response) => response.end(body));
  expect(await rejection(api.getSnapshot(place, how))).toMatchObject({ code: "unexpected", outcome: "unknown" });
});

it("says of a connection that breaks that it is not known what was done", async () => {
  const { api } = await open((_, response) => response.destroy());
  expect(await rejection(api.deleteSnapshot(place, how))).toMatchObject({ code: "unavailable", outcome: "unknown" });
});

it("gives up when the signal fires", async () => {
  const abort = new AbortController();
  const { api } = await open(() => abort.abort());
  expect(await rejection(api.getSnapshot(place, { ...how, signal: abort.signal }))).toMatchObject({
    code: "unavailable",
  });
});

it.each([200, 503])("hands on the date of an answer with status %i", async (status) => {
  const { api } = await open((_, response) =>
    response.writeHead(status, { date: "Tue, 24 Nov 2026 00:00:00 GMT" }).end("{}"),
  );
  const dates: string[] = [];
  await api.getSnapshot(place, { ...how, onDate: (date) => void dates.push(date.toJSON()) }).catch(() => undefined);
  expect(dates).toEqual(["2026-11-24T00:00:00.000Z"]);
});

it.each(["", "yesterday"])("does not hand on the date %j", async (date) => {
  const { api } = await open((_, response) => response.writeHead(200, { date }).end("{}"));
  await api.getSnapshot(place, { ...how, onDate: () => expect.unreachable() });
});
