import { describe, expect, it } from "vitest";
import type { BackendCapabilities } from "../capabilities.ts";
import type { Disk } from "../disk.ts";
import type { CreateSnapshotGroupRequest } from "../group.ts";
import type { Snapshot } from "../snapshot.ts";
import { createMemoryBackend, type MemoryBackendOptions, type MemoryWorld, memoryManifest } from "./index.ts";

const first: Disk = { location: "home", id: "disk-1", details: { zone: "a" } };
const second: Disk = { location: "home", id: "disk-2" };
const labels = { "created-by": "k8s-snapshots" };

describe("what a snapshot in memory was made with", () => {
  it("is known of each, and of each of a group", async () => {
    const { backend, storage, createGroup } = world();
    const spec = { location: "home", id: "disk-1" };
    const disk = await backend.diskForSpec(spec);
    expect(disk).toEqual(first);
    const parameters = { class: "archive" };
    const single = await backend.createSnapshot({ ...group("a"), disk, parameters });
    const [member, other] = await createGroup({ ...group("b"), parameters: { class: "group" } });
    expect(storage.madeWith(single)).toEqual({ details: { zone: "a" }, parameters });
    expect(member && storage.madeWith(member)).toEqual({ details: { zone: "a" }, parameters: { class: "group" } });
    expect(other && storage.madeWith(other)).toEqual({ parameters: { class: "group" } });
    expect(Object.keys(memoryManifest.parameters ?? {})).toEqual(["class"]);
  });
});

describe("a group of snapshots in memory", () => {
  it.each<[string, MemoryBackendOptions, string, string]>([
    ["accountLimit", { accountLimit: 2 }, "limit-reached", "account"],
    ["maxPendingPerLocation", { capabilities: { maxPendingPerLocation: 2 } }, "limit-reached", "location"],
    ["maxSnapshotsPerDisk", { capabilities: { maxSnapshotsPerDisk: 1 } }, "limit-reached", "disk"],
    ["maxPendingPerDisk", { capabilities: { maxPendingPerDisk: 1 } }, "limit-reached", "disk"],
    ["minIntervalMs", { capabilities: { minIntervalMs: 1 } }, "throttled", "disk"],
  ])("is refused whole where one goes beyond %s", async (_, options, code, scope) => {
    const { backend, storage, createGroup } = world({ snapshotDuration: () => undefined, ...options });
    await backend.createSnapshot({ ...group("a"), disk: second });
    const message = expect.stringContaining(scope === "disk" ? "disk-2" : "");
    await expect(createGroup(group("b"))).rejects.toMatchObject({ code, scope, message });
    expect([...storage.snapshots("home")]).toHaveLength(1);
    expect(storage.requests.createSnapshotGroup).toBe(1);
  });

  it.each<[string, Partial<CreateSnapshotGroupRequest>]>([
    ["one disk", { disks: [first] }],
    ["a disk twice", { disks: [first, second, first] }],
    ["two locations", { disks: [first, { location: "elsewhere", id: "disk-2" }] }],
  ])("is not of %s", async (_, overrides) => {
    const message = expect.stringContaining("a group must be");
    await expect(world().createGroup({ ...group("a"), ...overrides })).rejects.toMatchObject({
      code: "invalid",
      message,
    });
  });

  it("is found again by its key in the labels only if asked to look, and only in the list", async () => {
    const { clock, createGroup } = world({ idempotency: "label", capabilities: { listLagMs: 100 } });
    const made = await createGroup(group("a"));
    expect(made.map((snapshot) => snapshot.labels["k8s-snapshots/idempotency-key"])).toEqual(["a", "a"]);
    const unseen = await createGroup({ ...group("a"), mayExist: true });
    clock.now += 100;
    const found = await createGroup({ ...group("a"), mayExist: true });
    const ids = [made, unseen, found].map((snapshots) => snapshots.map(({ id }) => id));
    expect(ids[2]).toEqual(ids[1]);
    expect(ids[1]).not.toEqual(ids[0]);
  });

  it("is made no second time where one of its snapshots is gone", async () => {
    const { backend, storage, createGroup } = world();
    const [member] = await createGroup(group("a"));
    if (member) await backend.deleteSnapshot(member);
    await expect(createGroup(group("a"))).rejects.toMatchObject({ code: "unexpected" });
    expect([...storage.snapshots("home")]).toHaveLength(1);
  });

  it("needs its permission", async () => {
    const { storage, createGroup } = world();
    storage.denied.add("memory.snapshots.createGroup");
    await expect(createGroup(group("a"))).rejects.toMatchObject({ code: "forbidden", scope: "location" });
  });
});

describe("the limits of the storage system in memory", () => {
  it("are what it enforces, also after they were changed", async () => {
    const { backend, storage, createGroup } = world({ accountLimit: 3, snapshotDuration: () => undefined });
    const [member] = await createGroup(group("a"));
    expect(await backend.readLimits?.("home")).toEqual({ maxSnapshots: 3, snapshots: 2 });
    storage.setLimits({ maxSnapshots: 10, maxPending: 2 });
    expect(await backend.readLimits?.("home")).toEqual({ maxSnapshots: 10, snapshots: 2, maxPending: 2 });
    const more = { ...group("b"), disk: first };
    await expect(backend.createSnapshot(more)).rejects.toMatchObject({ code: "limit-reached", scope: "location" });
    if (member) storage.setState(member, "ready");
    expect((await backend.createSnapshot(more)).state).toBe("pending");
  });

  it("are those of the capabilities where nothing else is known", async () => {
    const { backend } = world({ capabilities: { maxPendingPerLocation: 7 } });
    expect(await backend.readLimits?.("home")).toEqual({ snapshots: 0, maxPending: 7 });
  });
});

it.each(["groups", "watch", "limits"] as const)(
  "without %s, the method and its permission are gone",
  async (capability) => {
    const method = { groups: "createSnapshotGroup", watch: "watchSnapshots", limits: "readLimits" } as const;
    const capabilities: Partial<BackendCapabilities> = { [capability]: false };
    const [withIt, without] = [world().backend, world({ capabilities }).backend];
    expect([typeof withIt[method[capability]], typeof without[method[capability]]]).toEqual(["function", "undefined"]);
    const counts = await Promise.all(
      [withIt, without].map(async (one) => (await one.checkAccess("home")).checks.length),
    );
    expect(counts).toEqual([10, 9]);
  },
);

interface GroupWorld extends MemoryWorld {
  readonly clock: { now: number };
  createGroup(request: CreateSnapshotGroupRequest): Promise<readonly Snapshot[]>;
}

function world(options: MemoryBackendOptions = {}): GroupWorld {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const made = createMemoryBackend({ now: () => new Date(clock.now), ...options });
  for (const disk of [first, second]) made.storage.addDisk(disk);
  const createGroup: GroupWorld["createGroup"] = async (request) =>
    (await made.backend.createSnapshotGroup?.(request)) ?? [];
  return { ...made, clock, createGroup };
}

function group(idempotencyKey: string): CreateSnapshotGroupRequest {
  return { disks: [first, second], name: "group", description: "", labels, idempotencyKey };
}
