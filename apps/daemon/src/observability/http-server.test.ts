import { Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { type HttpProbes, type RunningHttpServer, startHttpServer } from "./http-server.ts";

let server: RunningHttpServer | undefined;

afterEach(() => server?.close());

describe("the HTTP server", () => {
  it("says ok while nothing is wrong", async () => {
    expect(await get("/healthz")).toEqual([200, "ok\n"]);
    expect(await get("/readyz")).toEqual([200, "ok\n"]);
  });

  it("goes bad, with the reason, when a watch is stale", async () => {
    expect(await get("/healthz", { unhealthy: () => "not heard of" })).toEqual([503, "not heard of\n"]);
  });

  it("is not ready before the rules are known", async () => {
    expect(await get("/readyz", { notReady: () => "not listed yet" })).toEqual([503, "not listed yet\n"]);
  });

  it("answers 404 to anything else", async () => {
    expect((await get("/secrets"))[0]).toBe(404);
  });

  it("names the address that it cannot listen on", async () => {
    server = await startHttpServer({ host: "127.0.0.1", port: 0 }, probes({}));
    const taken = startHttpServer({ host: "127.0.0.1", port: server.port }, probes({}));
    await expect(taken).rejects.toThrow(`HTTP_LISTEN: cannot listen on 127.0.0.1:${server.port}`);
  });
});

async function get(path: string, overrides: Partial<HttpProbes> = {}): Promise<[number, string]> {
  server = await startHttpServer({ host: "127.0.0.1", port: 0 }, probes(overrides));
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  const answer: [number, string] = [response.status, await response.text()];
  await server.close();
  return answer;
}

function probes(overrides: Partial<HttpProbes>): HttpProbes {
  return { unhealthy: () => undefined, notReady: () => undefined, registry: new Registry(), ...overrides };
}
