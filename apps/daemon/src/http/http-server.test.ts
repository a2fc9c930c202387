import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { startHttpServer } from "./http-server.ts";
import type { RouteOptions } from "./routes.ts";

describe("the HTTP server", () => {
  it.each(["/livez", "/healthz", "/readyz"])("says ok at %s while nothing is wrong", async (path) => {
    expect(await get(path)).toEqual([200, "ok\n"]);
  });

  it.each(["/livez", "/healthz"])("says at %s what is stalled", async (path) => {
    expect(await get(path, { unhealthy: () => "stalled" })).toEqual([503, "stalled\n"]);
  });

  it("is not ready before the rules are known", async () => {
    expect(await get("/readyz", { notReady: () => "not listed yet" })).toEqual([503, "not listed yet\n"]);
  });

  it("serves the metrics with their type", async () => {
    expect(await get("/metrics")).toEqual([200, "up 1\n"]);
  });

  it("answers 404 to anything else, and 405 to what would change something", async () => {
    expect((await get("/secrets"))[0]).toBe(404);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      expect((await get("/livez", {}, { method }))[0], method).toBe(405);
    }
    expect(await get("/livez", {}, { method: "HEAD" })).toEqual([200, ""]);
  });

  it("answers 500 where a route throws, says so, and goes on", async () => {
    const errors: unknown[] = [];
    const broken = new Error("no registry");
    const metrics = () => Promise.reject(broken);
    expect(await get("/metrics", { metrics, onError: (error) => errors.push(error) })).toEqual([
      500,
      "the daemon failed to answer: its log says why\n",
    ]);
    expect(errors).toEqual([broken]);
  });

  it("start-1: names the address that it cannot listen on", async () => {
    await using server = await start();
    const taken = start({}, server.port);
    await expect(taken).rejects.toThrow(`HTTP_LISTEN: cannot listen on 127.0.0.1:${server.port}`);
  });

  it.each([
    ["a path of two slashes", "GET // HTTP/1.1\r\nhost: a\r\n\r\n", /^HTTP\/1.1 4/],
    ["a broken absolute address", "GET http://[::1 HTTP/1.1\r\nhost: a\r\n\r\n", /^HTTP\/1.1 400/],
    ["no host", "GET /livez HTTP/1.1\r\n\r\n", /^HTTP\/1.1 400/],
    ["a broken host", "GET /livez HTTP/1.1\r\nhost: a b\r\n\r\n", /^HTTP\/1.1 [24]/],
    ["a broken escape", "GET /%ZZ%00 HTTP/1.1\r\nhost: a\r\n\r\n", /^HTTP\/1.1 40/],
    ["an unknown method", "BREW /livez HTTP/1.1\r\nhost: a\r\n\r\n", /^HTTP\/1.1 400/],
    ["a tunnel", "CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n", /^$/],
    ["another protocol", "GET /livez HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n", /^$/],
    ["large headers", `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(10_000)}\r\n\r\n`, /^HTTP\/1.1 431/],
    ["no HTTP", "\u0000\u0001\u0002\r\n\r\n", /^HTTP\/1.1 400/],
  ])("http-1: goes on after %s", async (_, raw, answer) => {
    await using server = await start();
    expect(await send(server.port, raw)).toMatch(answer);
    expect(await ask(server.port, "/livez")).toEqual([200, "ok\n"]);
  });
});

async function get(
  path: string,
  options: Partial<RouteOptions> = {},
  init: RequestInit = {},
): Promise<[number, string]> {
  await using server = await start(options);
  return await ask(server.port, path, init);
}

async function ask(port: number, path: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return [response.status, await response.text()];
}

async function send(port: number, raw: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.end(raw, "latin1");
  return await text(socket).catch(() => "");
}

function start(options: Partial<RouteOptions> = {}, port = 0) {
  const metrics = () => Promise.resolve({ text: "up 1\n", contentType: "text/plain" });
  const routes = { unhealthy: () => undefined, notReady: () => undefined, onError: () => {}, metrics, ...options };
  return startHttpServer({ host: "127.0.0.1", port }, routes);
}
