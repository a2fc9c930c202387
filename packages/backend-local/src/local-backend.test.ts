import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CreateSnapshotRequest,
  isBackendError,
  type RestoreRequest,
  type Snapshot,
} from "@k8s-snapshots/backend-api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { type CopyTree, copyTree, LocalBackend, type LocalDependencies, parseLocalConfig } from "./index.ts";

const labels = { owner: "test" };
let folder: string;
let snapshots: string;
let disk: { location: string; id: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-backend-"));
  snapshots = join(folder, "snapshots");
  disk = { location: "local", id: join(folder, "disk") };
  await mkdir(snapshots);
  await mkdir(disk.id);
  await writeFile(join(disk.id, "file"), "content");
});

afterEach(() => removeFolder(folder));

describe("a snapshot of a directory", () => {
  it("is there for the next process", async () => {
    const first = makeBackend();
    const snapshot = await first.createSnapshot(request("key-1"));
    await first.settled();
    const [found] = await list(makeBackend());
    expect(found).toMatchObject({ id: snapshot.id, state: "ready", labels, sizeBytes: 7, diskId: disk.id });
    expect(found?.createdAt).toEqual(snapshot.createdAt);
  });

  it("is a directory that people can copy back by hand", async () => {
    const backend = makeBackend();
    const { id } = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    expect(await readFile(join(snapshots, "snapshots", id, "data/file"), "utf8")).toBe("content");
  });

  it("does not lose a label that is set while it is copied", async () => {
    const gate = Promise.withResolvers<void>();
    const backend = makeBackend({
      async copyTree(...call) {
        await gate.promise;
        return copyTree(...call);
      },
    });
    const { id } = await backend.createSnapshot(request("key-1"));
    const path = join(snapshots, "pending", id, "snapshot.json");
    const record = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...record, labels: { ...labels, "k8s-snapshots/hold": "true" } }));
    gate.resolve();
    await backend.settled();
    expect((await list(backend))[0]).toMatchObject({ state: "ready", labels: { "k8s-snapshots/hold": "true" } });
  });

  it("is refused where a link leads beyond the roots, or to the snapshots", async () => {
    const roots = { LOCAL_ROOTS: folder };
    await symlink("/etc", join(folder, "etc"));
    await symlink(snapshots, join(folder, "own"));
    for (const name of ["etc", "own"]) {
      const creation = makeBackend({}, roots).createSnapshot(request("key-1", join(folder, name)));
      await expect(creation).rejects.toMatchObject({ code: "invalid" });
    }
    expect(await readdir(snapshots)).toEqual([]);
  });

  it.each(["../../disk", "a/b.000000000000", "", "..", "key-1.00000000000g"])("has no id like %j", async (id) => {
    const reference = { id, location: "local" };
    await expect(makeBackend().deleteSnapshot(reference)).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("a copy that does not come to its end", () => {
  it("is listed as failed, says why in its record, and gives back the space", async () => {
    const backend = makeBackend({
      async copyTree(_, target) {
        await mkdir(target);
        await writeFile(join(target, "half"), "half");
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      },
    });
    const { id } = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    expect(await list(backend)).toMatchObject([{ id, state: "failed" }]);
    expect(await readdir(join(snapshots, "pending", id))).toEqual(["snapshot.json"]);
    expect(await readFile(join(snapshots, "pending", id, "snapshot.json"), "utf8")).toContain(
      "no space left on device",
    );
    await backend.deleteSnapshot({ id, location: "local" });
    expect(await list(backend)).toEqual([]);
  });

  it("is stopped, and nothing is left of it, when it is deleted or the backend closes", async () => {
    const backend = makeBackend({ copyTree: forever });
    const first = await backend.createSnapshot(request("key-1"));
    await backend.createSnapshot(request("key-2"));
    await backend.deleteSnapshot(first);
    expect((await list(backend)).map(({ state }) => state)).toEqual(["pending"]);
    await backend.close();
    expect(await list(makeBackend())).toEqual([]);
    expect(await readdir(join(snapshots, "removing"))).toEqual([]);
  });

  it("of another process is pending as long as that gives signs of life, then failed", async () => {
    const other = makeBackend({ copyTree: forever });
    await other.createSnapshot(request("key-1"));
    expect((await list(makeBackend()))[0]?.state).toBe("pending");
    expect((await list(makeBackend({ now: in61Seconds })))[0]?.state).toBe("failed");
    await other.close();
  });

  it("in this process is pending, however long nothing was heard", async () => {
    const backend = makeBackend({ copyTree: forever, now: in61Seconds });
    await backend.createSnapshot(request("key-1"));
    expect((await list(backend))[0]?.state).toBe("pending");
    await backend.close();
  });

  it("gives signs of life as it goes on", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const backend = makeBackend({ copyTree: forever, now: inAnHour });
    const { id } = await backend.createSnapshot(request("key-1"));
    vi.advanceTimersByTime(10_000);
    const path = join(snapshots, "pending", id, "snapshot.json");
    await vi.waitUntil(async () => (await stat(path)).mtimeMs > Date.now());
    vi.useRealTimers();
    await backend.close();
  });

  it("because its process is killed never counts as a snapshot, and is failed a minute later", async () => {
    await killOnceCopied();
    expect(await list(makeBackend())).toMatchObject([{ state: "pending", labels }]);
    const backend = makeBackend({ now: in61Seconds });
    const [failed] = await list(backend);
    expect(failed?.state).toBe("failed");
    await backend.deleteSnapshot(failed as Snapshot);
    expect(await readdir(join(snapshots, "pending"))).toEqual([]);
    await backend.createSnapshot(request("key-1"));
    await backend.settled();
    expect(await list(backend)).toMatchObject([{ state: "ready" }]);
  });

  it("in a removal or a creation that was cut off is cleaned up when it is an hour old", async () => {
    const left = join(snapshots, "removing", "left");
    await mkdir(join(left, "data"), { recursive: true });
    for (const [now, removing] of [
      [in61Seconds, ["left"]],
      [inAnHour, []],
    ] as const) {
      const backend = makeBackend({ now });
      await backend.createSnapshot(request(`key-${removing.length}`));
      await backend.settled();
      expect(await readdir(join(snapshots, "removing"))).toEqual(removing);
    }
  });
});

describe("the snapshot folder", () => {
  it("that is not mounted does not look like one without snapshots", async () => {
    await rm(snapshots, { recursive: true });
    await expect(list(makeBackend())).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await expect(makeBackend().createSnapshot(request("key-1"))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("with what is not of ours in it is listed without that", async () => {
    const backend = makeBackend();
    const { id } = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    await mkdir(join(snapshots, "snapshots", "lost+found"));
    await cp(join(snapshots, "snapshots", id), join(snapshots, "snapshots", "Copy of it"), { recursive: true });
    expect((await list(backend)).map((snapshot) => snapshot.id)).toEqual([id]);
  });
});

describe("a damaged record", () => {
  const path = (id: string): string => join(snapshots, "snapshots", id, "snapshot.json");

  async function makeTwo(backend: LocalBackend): Promise<[Snapshot, Snapshot]> {
    const made: [Snapshot, Snapshot] = [
      await backend.createSnapshot(request("key-1")),
      await backend.createSnapshot(request("key-2")),
    ];
    await backend.settled();
    return made;
  }

  it("holds its own disk, which the others of it tell", async () => {
    const backend = makeBackend();
    const [first, second] = await makeTwo(backend);
    await writeFile(path(first.id), "{");
    expect(await list(backend)).toMatchObject([
      { id: second.id, state: "ready" },
      { id: first.id, state: "unknown", diskId: disk.id, labels: {}, createdAt: new Date(Number.NaN) },
    ]);
  });

  it.each<[string, unknown, object | undefined]>([
    ["one fact that cannot be", { capacity: "10Gi", storageClass: 7 }, { capacity: "10Gi" }],
    ["a text", "10Gi", undefined],
    ["null", null, undefined],
  ])("whose volume is %s is ready, and says what is left of it", async (_, volume, expected) => {
    const backend = makeBackend();
    const { id } = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    await writeFile(path(id), JSON.stringify({ ...JSON.parse(await readFile(path(id), "utf8")), volume }));
    const [found] = await list(backend);
    expect(found?.state).toBe("ready");
    expect(found?.volume).toEqual(expected);
  });

  it.each<[string, object, object]>([
    ["its date", { createdAt: undefined }, { diskId: "DISK", labels }],
    ["its disk", { diskId: 7 }, { diskId: "", labels }],
    ["a version that it knows", { version: 2 }, { diskId: "DISK", labels }],
    ["labels that are texts", { labels: { owner: 7 } }, { diskId: "DISK", labels: {} }],
  ])("that lacks %s is shown with what is left", async (_, change, expected) => {
    const backend = makeBackend();
    const { id } = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    await writeFile(path(id), JSON.stringify({ ...JSON.parse(await readFile(path(id), "utf8")), ...change }));
    const [found] = await list(backend);
    const told = { ...found, diskId: found?.diskId.replace(disk.id, "DISK") };
    expect(told).toMatchObject({ id, state: "unknown", ...expected });
  });

  it("that is not a file holds one snapshot", async () => {
    const backend = makeBackend();
    const [first, second] = await makeTwo(backend);
    await rm(path(first.id));
    await mkdir(path(first.id));
    expect(await list(backend)).toMatchObject([{ id: second.id }, { id: first.id, state: "unknown" }]);
  });

  it("of another owner is left out of the list", async () => {
    const backend = makeBackend();
    const { id } = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    await writeFile(path(id), JSON.stringify({ labels: { owner: "other" } }));
    expect(await list(backend)).toEqual([]);
  });

  it("is not written over", async () => {
    const backend = makeBackend();
    const [first] = await makeTwo(backend);
    await writeFile(path(first.id), "{");
    await expect(backend.setSnapshotLabels(first, { a: "b" })).rejects.toMatchObject({
      code: "unexpected",
      scope: "snapshot",
    });
    expect(await readFile(path(first.id), "utf8")).toBe("{");
  });
});

describe("labels that are set later", () => {
  it("stay when they are set at once, and while the copy comes to its end", async () => {
    const gate = Promise.withResolvers<void>();
    const backend = makeBackend({
      async copyTree(...call) {
        await gate.promise;
        return copyTree(...call);
      },
    });
    const snapshot = await backend.createSnapshot(request("key-1"));
    gate.resolve();
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => backend.setSnapshotLabels(snapshot, { [key]: "x" })));
    await backend.settled();
    const wanted = { ...labels, ...Object.fromEntries(keys.map((key) => [key, "x"])) };
    expect(await list(backend)).toMatchObject([{ state: "ready", labels: wanted }]);
  });
});

describe("whom an error is about", () => {
  it("is the disk where the disk cannot be read, and all where the folder cannot be written", async () => {
    const backend = makeBackend();
    const missing = backend.createSnapshot(request("key-1", join(folder, "missing")));
    await expect(missing).rejects.toMatchObject({ code: "not-found", scope: "disk" });
    await writeFile(join(snapshots, "pending"), "not a directory");
    await expect(backend.createSnapshot(request("key-1"))).rejects.toMatchObject({ scope: "location" });
  });
});

describe("a restore", () => {
  it("says how far it is, in bytes against the snapshot's", async () => {
    const backend = makeBackend();
    await writeFile(join(disk.id, "other"), "890");
    const { id, location } = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    const fractions: (number | undefined)[] = [];
    const onProgress: RestoreRequest["onProgress"] = ({ fraction }) => void fractions.push(fraction);
    await backend.restoreSnapshot({ snapshot: { id, location }, name: "new", labels, idempotencyKey: "r", onProgress });
    expect(fractions).toHaveLength(2);
    expect(fractions[0]).toBeLessThan(1);
    expect(fractions[1]).toBe(1);
  });

  it("refuses a directory that is there, one without a parent, one that is no whole path, and what it does not know", async () => {
    const backend = makeBackend();
    const { id, location } = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    for (const parameters of [{ path: disk.id }, { path: join(folder, "no/new") }, { path: "new" }, { size: "1" }]) {
      const restore = backend.restoreSnapshot({
        snapshot: { id, location },
        name: "new",
        labels,
        idempotencyKey: "restore-1",
        parameters: parameters as Record<string, string>,
      });
      await expect(restore).rejects.toSatisfy((error) => isBackendError(error) && error.code === "invalid");
    }
    expect((await readdir(folder)).sort()).toEqual(["disk", "snapshots"]);
  });

  it("that fails leaves nothing behind", async () => {
    let full = false;
    const backend = makeBackend({
      async copyTree(_, target) {
        await mkdir(target);
        if (full) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        return { sizeBytes: 0 };
      },
    });
    const snapshot = await backend.createSnapshot(request("key-1"));
    await backend.settled();
    full = true;
    const parameters = { path: join(folder, "new") };
    const restore = backend.restoreSnapshot({ snapshot, name: "new", labels, idempotencyKey: "restore-1", parameters });
    await expect(restore).rejects.toMatchObject({ code: "limit-reached" });
    expect((await readdir(folder)).sort()).toEqual(["disk", "snapshots"]);
  });
});

function makeBackend(dependencies: LocalDependencies = {}, environment: Record<string, string> = {}): LocalBackend {
  return new LocalBackend(parseLocalConfig({ LOCAL_SNAPSHOT_DIRECTORY: snapshots, ...environment }), dependencies);
}

const forever: CopyTree = (_, __, signal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

function request(idempotencyKey: string, id = disk.id): CreateSnapshotRequest {
  return { disk: { location: "local", id }, name: "data", description: "", labels, idempotencyKey };
}

function list(backend: LocalBackend): Promise<Snapshot[]> {
  return Array.fromAsync(backend.listSnapshots({ location: "local", labels }));
}

/** More than a copy may be silent. */
function in61Seconds(): Date {
  return new Date(Date.now() + 61_000);
}

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_001);
}

async function killOnceCopied(): Promise<void> {
  const fixture = fileURLToPath(new URL("../test/crash.fixture.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@k8s-snapshots/source", fixture, snapshots, disk.id], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}
