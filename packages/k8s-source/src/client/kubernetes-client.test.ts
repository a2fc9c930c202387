import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { startServer } from "../../test/http-server.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { createKubernetesClient } from "./kubernetes-client.ts";
import { KubernetesApiError, KubernetesConnectionError, MalformedAnswerError } from "./kubernetes-error.ts";

const path = "/api/v1/things";

function access(server: string, overrides: Partial<ClusterAccess> = {}): ClusterAccess {
  return { server, credentials: async () => ({ headers: { authorization: "Bearer secret-token" } }), ...overrides };
}

test("sends what it is told to, with credentials", async () => {
  const bodies: Promise<string>[] = [];
  await using server = await startServer((request, response) => {
    bodies.push(text(request));
    response.end('{"kind":"Thing"}');
  });
  const client = createKubernetesClient(access(`${server.url}/k8s/clusters/c-1/`));
  const answer = await client.request({
    method: "PATCH",
    path,
    query: { limit: 5, continue: undefined, dryRun: "All" },
    body: { spec: { text: "ä" } },
    contentType: "application/merge-patch+json",
  });
  expect(answer).toEqual({ kind: "Thing" });
  expect(await bodies[0]).toBe('{"spec":{"text":"ä"}}');
  expect(server.requests[0]).toMatchObject({
    method: "PATCH",
    url: "/k8s/clusters/c-1/api/v1/things?limit=5&dryRun=All",
    headers: { authorization: "Bearer secret-token", "content-type": "application/merge-patch+json" },
  } satisfies Partial<IncomingMessage>);
  client[Symbol.dispose]();
});

test("asks for credentials each time, since tokens are replaced", async () => {
  await using server = await startServer((_, response) => response.end("{}"));
  let count = 0;
  const credentials = async () => ({ headers: { authorization: `Bearer token-${++count}` } });
  const client = createKubernetesClient(access(server.url, { credentials }));
  await client.request({ path });
  await client.request({ path });
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
  client[Symbol.dispose]();
});

test("keeps its connection", async () => {
  await using server = await startServer((_, response) => response.end("{}"));
  const client = createKubernetesClient(access(server.url));
  for (let round = 0; round < 5; round += 1) await client.request({ path });
  expect(server.connections()).toBe(1);
  client[Symbol.dispose]();
});

test("rejects with the API server's own words, and forgets credentials that were refused", async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(401, { "retry-after": "7" });
    response.end('{"kind":"Status","code":401,"reason":"Unauthorized","message":"token expired"}');
  });
  let forgotten = 0;
  const client = createKubernetesClient(access(server.url, { forget: () => (forgotten += 1) }));
  const error = await client.request({ path }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(KubernetesApiError);
  expect(error).toMatchObject({ status: 401, reason: "Unauthorized", message: "token expired", retryAfterMs: 7_000 });
  expect(forgotten).toBe(1);
  client[Symbol.dispose]();
});

test("makes do with a refusal that is no Status", async () => {
  await using server = await startServer((_, response) => response.writeHead(502).end("<html>Bad Gateway"));
  const client = createKubernetesClient(access(server.url));
  await expect(client.request({ path })).rejects.toMatchObject({ name: "KubernetesApiError", status: 502, reason: "" });
  client[Symbol.dispose]();
});

test("rejects an answer that is no JSON", async () => {
  await using server = await startServer((_, response) => response.end("hello"));
  const client = createKubernetesClient(access(server.url));
  await expect(client.request({ path })).rejects.toBeInstanceOf(MalformedAnswerError);
  client[Symbol.dispose]();
});

test("says which server cannot be reached, and nothing of the credentials", async () => {
  const server = await startServer(() => {});
  await server[Symbol.asyncDispose]();
  const client = createKubernetesClient(access(server.url));
  const error = await client.request({ path }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(KubernetesConnectionError);
  expect(String(error)).toContain(`GET ${server.url}${path}: connect ECONNREFUSED`);
  expect(String(error)).not.toContain("secret-token");
});

test("gives up on an answer that does not come", async () => {
  await using server = await startServer(() => {});
  const client = createKubernetesClient(access(server.url), { timeoutMs: 20 });
  const error = await client.request({ path }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(KubernetesConnectionError);
  expect(String(error)).toContain("no answer in time");
  client[Symbol.dispose]();
});

test("gives up on an answer that does not end", async () => {
  await using server = await startServer((_, response) => response.write('{"items":['));
  const client = createKubernetesClient(access(server.url), { timeoutMs: 20 });
  await expect(client.request({ path })).rejects.toBeInstanceOf(KubernetesConnectionError);
  client[Symbol.dispose]();
});

test("gives up on credentials that do not come", async () => {
  const credentials = () => new Promise<never>(() => {});
  const client = createKubernetesClient(access("http://127.0.0.1:1", { credentials }), { timeoutMs: 20 });
  await expect(client.request({ path })).rejects.toThrow("no answer in time");
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(client.stream({ path, signal })).rejects.toThrow("enough");
});

test("rejects with the caller's reason when the caller's signal fires", async () => {
  const stop = new AbortController();
  await using server = await startServer(() => stop.abort(new Error("enough")));
  const client = createKubernetesClient(access(server.url));
  await expect(client.request({ path, signal: stop.signal })).rejects.toThrow("enough");
  client[Symbol.dispose]();
});

test("streams lines, and ends when the API server ends the answer", async () => {
  await using server = await startServer((_, response) => response.end('{"a":1}\n{"b":2}\n'));
  const client = createKubernetesClient(access(server.url));
  expect(await Array.fromAsync(await client.stream({ path }))).toEqual(['{"a":1}', '{"b":2}']);
  client[Symbol.dispose]();
});

test("a stream that is refused rejects as a request does", async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(410).end('{"kind":"Status","code":410,"reason":"Expired","message":"too old"}');
  });
  const client = createKubernetesClient(access(server.url));
  await expect(client.stream({ path })).rejects.toMatchObject({ status: 410, reason: "Expired" });
  client[Symbol.dispose]();
});

test("a stream whose connection breaks throws", async () => {
  await using server = await startServer((request, response) => {
    response.write("one\n", () => request.socket.resetAndDestroy());
  });
  const client = createKubernetesClient(access(server.url));
  const lines = await client.stream({ path });
  const read = async () => {
    for await (const line of lines) expect(line).toBe("one");
  };
  await expect(read()).rejects.toBeInstanceOf(KubernetesConnectionError);
  client[Symbol.dispose]();
});

test("a stream ends with the caller's reason, and its connection with it", async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await startServer((request, response) => {
    request.socket.on("close", () => closed.resolve());
    response.write("one\n");
  });
  const stop = new AbortController();
  const client = createKubernetesClient(access(server.url));
  const lines = await client.stream({ path, signal: stop.signal });
  const read = async () => {
    for await (const _ of lines) stop.abort(new Error("enough"));
  };
  await expect(read()).rejects.toThrow("enough");
  await closed.promise;
  client[Symbol.dispose]();
});

test("goes through a proxy", async () => {
  await using proxy = await startServer((request, response) => response.end(JSON.stringify({ asked: request.url })));
  const client = createKubernetesClient(access("http://kubernetes.invalid", { proxyUrl: proxy.url }));
  expect(await client.request({ path })).toEqual({ asked: `http://kubernetes.invalid${path}` });
  client[Symbol.dispose]();
});
