import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { expect, onTestFinished, test, vi } from "vitest";
import { setProxy, startTunnelProxy } from "../../../test-support/tunnel-proxy.ts";
import { createBackend } from "../src/index.ts";

const project = "emulated-project";

test("requests go through the proxy that the environment names", async () => {
  const { backend, host } = await open();
  const { url, tunnels } = await startTunnelProxy();
  setProxy("HTTPS_PROXY", url);
  await list(backend);
  expect(tunnels).toEqual([host]);
});

test("NO_PROXY spares a host the proxy", async () => {
  const { backend } = await open();
  const { url, tunnels } = await startTunnelProxy();
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
