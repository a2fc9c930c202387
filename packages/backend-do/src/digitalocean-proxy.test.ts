import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net";
import { isBackendError } from "@k8s-snapshots/backend-api";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { DigitalOceanClient, type DigitalOceanMethod } from "./digitalocean-client.ts";

const token = "dop_v1_not-a-real-token";
const call = { doing: "deleting", scopes: [], changes: true };
const remove: DigitalOceanMethod = ({ snapshots }) => snapshots.deleteSnapshot("a");

beforeEach(() => {
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  onTestFinished(() => void vi.unstubAllEnvs());
});

it("goes through HTTPS_PROXY in a tunnel: the proxy sees neither path nor token", async () => {
  const proxy = await startTunnel("HTTP/1.1 200 Connection Established\r\n\r\n");
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  await send("https://api.digitalocean.test");
  expect(proxy.targets).toEqual(["api.digitalocean.test:443"]);
  expect(proxy.headers.join()).not.toContain(token);
  const [hello] = proxy.received;
  // The first byte of a TLS handshake.
  expect(hello?.[0]).toBe(0x16);
  expect(hello?.includes(token)).toBe(false);
});

it("goes past HTTPS_PROXY to hosts that NO_PROXY names", async () => {
  const proxy = await startTunnel("HTTP/1.1 200 Connection Established\r\n\r\n");
  const received: Buffer[] = [];
  const host = await listening(createSocketServer((socket) => takeOne(socket, received)));
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  vi.stubEnv("NO_PROXY", "example.com,127.0.0.1");
  await send(`https://127.0.0.1:${host}`);
  expect(proxy.targets).toEqual([]);
  expect(received[0]?.[0]).toBe(0x16);
});

it.each([404, 403, 407])("does not take a proxy's %i for DigitalOcean's answer", async (status) => {
  const proxy = await startTunnel(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno`);
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  const error = await send("https://api.digitalocean.test");
  expect(isBackendError(error) && error.code).not.toBe("not-found");
  expect(String(error)).toContain(`HTTP status ${status}`);
});

it("goes through HTTP_PROXY, and past it to hosts that NO_PROXY names, where DIGITALOCEAN_API_URL is http://", async () => {
  const proxy = await startLoopbackServer((_, response) => response.writeHead(204).end());
  vi.stubEnv("HTTP_PROXY", proxy.url);
  expect(isBackendError(await send("http://api.digitalocean.test"))).toBe(false);
  expect(proxy.requests[0]?.path).toBe("http://api.digitalocean.test/v2/volumes/snapshots/a");
  const direct = await startLoopbackServer((_, response) => response.writeHead(204).end());
  vi.stubEnv("NO_PROXY", "127.0.0.1");
  expect(isBackendError(await send(direct.url))).toBe(false);
  expect([proxy.requests.length, direct.requests.length]).toEqual([1, 1]);
});

/** @returns what it is rejected with, if it is */
async function send(apiUrl: string): Promise<unknown> {
  return new DigitalOceanClient({ token, apiUrl }).call(call, remove, undefined).catch((error: unknown) => error);
}

/** A proxy that answers each CONNECT so, and cuts the connection after the first bytes that come through. */
async function startTunnel(answer: string): Promise<{
  readonly url: string;
  readonly targets: readonly string[];
  readonly headers: readonly string[];
  readonly received: readonly Buffer[];
}> {
  const [targets, headers, received]: [string[], string[], Buffer[]] = [[], [], []];
  const server = createServer();
  server.on("connect", (request, socket: Socket) => {
    targets.push(request.url ?? "");
    headers.push(...request.rawHeaders);
    takeOne(socket, received);
    socket.write(answer);
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, targets, headers, received };
}

function takeOne(socket: Socket, received: Buffer[]): void {
  socket.on("error", () => {});
  socket.once("data", (data) => {
    received.push(data);
    socket.destroy();
  });
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
