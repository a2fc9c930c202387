import type { KubernetesApi } from "@k8s-snapshots/backend-api";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { BackendRegistry } from "./backend-registry.ts";
import { findBackends } from "./find-backends.ts";

const hostPath = { metadata: { name: "pv-1" }, spec: { hostPath: { path: "/data" } } };
const nfs = { metadata: { name: "pv-2" }, spec: { nfs: { server: "home", path: "/" } } };

describe("BackendRegistry", () => {
  it("imports no built-in backend before a volume asks for it", async () => {
    const registry = await open(undefined, {});
    expect(await registry.diskForVolume(nfs)).toBeUndefined();
    expect(registry.loaded.size).toBe(0);
  });

  it("hands a volume to its backend", async () => {
    const registry = await open(["local"], { LOCAL_SNAPSHOT_DIRECTORY: "/tmp/snapshots" });
    const owned = await registry.diskForVolume(hostPath);
    expect(owned).toEqual({ backend: "local", disk: { location: "local", id: "/data" } });
    expect([...registry.loaded.keys()]).toEqual(["local"]);
  });

  it("does not use a backend that BACKENDS leaves out", async () => {
    const registry = await open(["aws"], { LOCAL_SNAPSHOT_DIRECTORY: "/tmp/snapshots" });
    expect(await registry.diskForVolume(hostPath)).toBeUndefined();
    expect(await registry.diskForSpec("local", { path: "/data" })).toBeUndefined();
  });

  it.each([
    ["heeds its signal", "signal.addEventListener('abort', () => reject(new Error('aborted')))"],
    ["does not heed it", ""],
  ])("gives a lookup up that takes too long, by a backend that %s", async (_, onCall) => {
    const look = `diskForVolume: (_, { signal }) => new Promise((_, reject) => { ${onCall} })`;
    const others = "diskForSpec, listSnapshots: diskForSpec, createSnapshot: diskForSpec, deleteSnapshot: diskForSpec";
    const backend = `{ apiVersion: 2, name: 'slow', capabilities: { restore: false }, ${look}, ${others}, checkAccess: diskForSpec }`;
    const source = `const diskForSpec = () => {}; ${manifestOf("slow")}; export const createBackend = () => (${backend})`;
    const registry = await open([`data:text/javascript,${source}`], {});
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const looking = registry.diskForVolume(nfs);
    const answer = expect(looking).rejects.toMatchObject({ backend: "slow", cause: { code: "unavailable" } });
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    await vi.advanceTimersByTimeAsync(30_000);
    await answer;
  });

  it("says in one line which setting a backend lacks", async () => {
    const registry = await open(["local"], {});
    await expect(registry.diskForVolume(hostPath)).rejects.toThrow(
      /^backend local cannot be used: LOCAL_SNAPSHOT_DIRECTORY is missing/,
    );
  });

  it.each([
    ["createBackend = () => undefined", "createBackend returned undefined"],
    ["createBackend = () => ({ apiVersion: 99 })", "needs 2: install another release of it"],
    ["createBackend = () => ({ apiVersion: 2, name: 'other' })", "its name is other, and acme in its manifest"],
    ["createBackend = () => { throw new Error('ACME_TOKEN is missing') }", "cannot be used: ACME_TOKEN is missing"],
  ])("says when the first volume asks for it that a factory fails: %s", async (factory, why) => {
    const name = `data:text/javascript,${manifestOf("acme")}; export const ${factory}`;
    const registry = await open([name], {});
    await expect(registry.diskForVolume(nfs)).rejects.toThrow(why);
  });

  it("gives a factory the environment, and what the daemon offers", async () => {
    const kubernetes = { request: async () => "answer", stream: async () => [] as never };
    const factory =
      "(context) => { throw new Error(JSON.stringify(Object.keys(context.host)) + context.environment.A) }";
    const name = `data:text/javascript,${manifestOf("curious")}; export const createBackend = ${factory}`;
    const registry = await open([name], { A: "a" }, kubernetes);
    await expect(registry.diskForVolume(nfs)).rejects.toThrow('["userAgent","signal","kubernetes"]a');
  });

  it("finds further CSI drivers of a backend by the variable that its manifest names", async () => {
    const volume = { metadata: { name: "pv-3" }, spec: { csi: { driver: "fork.example", volumeHandle: "vol-0" } } };
    const environment = { AWS_REGION: "eu-west-1", AWS_EC2_METADATA_DISABLED: "true" };
    const without = await open(["aws"], environment);
    expect(await without.diskForVolume(volume)).toBeUndefined();
    expect(without.loaded.size).toBe(0);
    const within = await open(["aws"], { ...environment, AWS_CSI_DRIVERS: "a.example, fork.example" });
    await within.diskForVolume(volume).catch(() => undefined);
    expect([...within.loaded.keys()]).toEqual(["aws"]);
  });

  it.each([
    [
      "data:text/javascript,export const other = 1",
      "it exports no createBackend, so it is not a backend: correct BACKENDS",
    ],
    ["data:text/javascript,throw new Error('no native module')", "no native module: repair its installation"],
    [
      "data:text/javascript,export const createBackend = () => ({ apiVersion: 1 })",
      "it exports no manifest, which contract 2 needs: see docs/upgrade-a-backend.md",
    ],
    [`data:text/javascript,${manifestOf("acme", 3)}; export const createBackend = 0`, "it exports no createBackend"],
    [
      `data:text/javascript,${manifestOf("acme", 3)}; export const createBackend = () => undefined`,
      "its manifest is of contract 3, and this release needs 2: see docs/upgrade-a-backend.md",
    ],
    ["AWS", "neither built in (aws, google, digitalocean, local) nor installed: did you mean aws?"],
    ["GoogleCSI", "did you mean google?"],
    ["Not A Package", "nor installed: correct BACKENDS"],
    ["gcp", "neither built in (aws, google, digitalocean, local) nor installed: npm install gcp, or correct BACKENDS"],
  ])("refuses at the start a package such as %s (cli-7)", async (name, why) => {
    await expect(open([name], {})).rejects.toThrow(why);
  });

  it("refuses two backends of one name", async () => {
    await expect(open(["local", "local"], {})).rejects.toThrow("BACKENDS has two of that name");
  });
});

async function open(
  ...[names, ...others]: [readonly string[] | undefined, ...OpenArguments]
): Promise<BackendRegistry> {
  return new BackendRegistry(await findBackends(names), ...others);
}

type OpenArguments = [environment: Readonly<Record<string, string>>, kubernetes?: KubernetesApi];

/** A package's source: a manifest of a backend for NFS. */
function manifestOf(name: string, apiVersion = 2): string {
  const manifest = {
    apiVersion,
    name,
    volumes: { sources: ["nfs"] },
    settings: [],
    diskSchema: { type: "object", properties: {} },
  };
  return `export const manifest = ${JSON.stringify(manifest)}`;
}
