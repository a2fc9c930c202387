import { describe, expect, it, vi } from "vitest";
import { BackendRegistry } from "./backend-registry.ts";

const hostPath = { metadata: { name: "pv-1" }, spec: { hostPath: { path: "/data" } } };
const nfs = { metadata: { name: "pv-2" }, spec: { nfs: { server: "home", path: "/" } } };

describe("BackendRegistry", () => {
  it("imports no built-in backend before a volume asks for it", async () => {
    const registry = await BackendRegistry.open(undefined, {});
    expect(await registry.diskForVolume(nfs)).toBeUndefined();
    expect(registry.loaded.size).toBe(0);
  });

  it("hands a volume to its backend", async () => {
    const registry = await BackendRegistry.open(["local"], { LOCAL_SNAPSHOT_DIRECTORY: "/tmp/snapshots" });
    const owned = await registry.diskForVolume(hostPath);
    expect(owned).toEqual({ backend: "local", disk: { location: "local", id: "/data" } });
    expect([...registry.loaded.keys()]).toEqual(["local"]);
  });

  it("does not use a backend that BACKENDS leaves out", async () => {
    const registry = await BackendRegistry.open(["aws"], { LOCAL_SNAPSHOT_DIRECTORY: "/tmp/snapshots" });
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
    const source = `const diskForSpec = () => {}; export const createBackend = () => (${backend})`;
    const limit = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(limit.signal);
    const registry = await BackendRegistry.open([`data:text/javascript,${source}`], {});
    const looking = registry.diskForVolume(nfs);
    setImmediate(() => limit.abort());
    await expect(looking).rejects.toMatchObject({ backend: "slow", cause: { code: "unavailable" } });
  });

  it("says in one line which setting a backend lacks", async () => {
    const registry = await BackendRegistry.open(["local"], {});
    await expect(registry.diskForVolume(hostPath)).rejects.toThrow(
      /^backend local cannot be used: LOCAL_SNAPSHOT_DIRECTORY is missing/,
    );
  });

  it.each([
    [
      "data:text/javascript,export const other = 1",
      "it exports no createBackend, so it is no backend: correct BACKENDS",
    ],
    ["data:text/javascript,throw new Error('no native module')", "no native module: repair its installation"],
    [
      "data:text/javascript,export const createBackend = () => ({apiVersion: 99})",
      "needs 2: install another release of it",
    ],
    ["data:text/javascript,export const createBackend = () => undefined", "createBackend returned undefined"],
    ["AWS", "neither built in (aws, google, digitalocean, local) nor installed: did you mean aws?"],
    ["GoogleCSI", "did you mean google?"],
    ["Not A Package", "nor installed: correct BACKENDS"],
    ["gcp", "neither built in (aws, google, digitalocean, local) nor installed: npm install gcp, or correct BACKENDS"],
  ])("refuses at the start a package such as %s", async (name, why) => {
    await expect(BackendRegistry.open([name], {})).rejects.toThrow(why);
  });
});
