import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { expect, onTestFinished, test, vi } from "vitest";
import { createBackend } from "../src/index.ts";

const project = "emulated-project";

test("requests go through the proxy that the environment names", async () => {
  const { backend, host } = await open();
  const { url, tunnels } = await startProxy();
  setProxy("HTTPS_PROXY", url);
  await list(backend);
  expect(tunnels).toEqual([host]);
});

test("NO_PROXY spares a host the proxy", async () => {
  const { backend } = await open();
  const { url, tunnels } = await startProxy();
  setProxy("HTTPS_PROXY", url);
  vi.stubEnv("NO_PROXY", "example.com,127.0.0.1");
  await list(backend);
  expect(tunnels).toEqual([]);
});

test("a proxy that is away is an error of the network", async () => {
  const { backend } = await open();
  setProxy("HTTPS_PROXY", "http://127.0.0.1:1");
  await expect(list(backend)).rejects.toMatchObject({ code: "unavailable", outcome: "not-done" });
});

async function open(): Promise<{ backend: SnapshotBackend; host: string }> {
  const cloud = await startGceEmulator();
  onTestFinished(() => cloud.close());
  const backend = await createBackend({ environment: { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url } });
  return { backend, host: new URL(cloud.url).host };
}

async function list(backend: SnapshotBackend): Promise<void> {
  await Array.fromAsync(backend.listSnapshots({ location: project, labels: { "created-by": "k8s-snapshots" } }));
}

/** Whatever the machine's own environment says. */
function setProxy(name: string, url: string): void {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const other of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"]) {
    vi.stubEnv(other, undefined);
  }
  vi.stubEnv(name, url);
}

/** A proxy that tunnels, on the loopback interface. */
async function startProxy(): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer().on("connect", ({ url = "" }, socket: Socket) => {
    tunnels.push(url);
    const [host = "", port] = url.split(":");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    sockets.add(socket).add(target);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels };
}
