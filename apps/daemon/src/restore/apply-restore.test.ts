import { BackendError, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend, type MemoryBackendOptions, type MemoryWorld } from "@k8s-snapshots/backend-api/memory";
import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { createKubernetesClient, type KubernetesClient } from "@k8s-snapshots/k8s-source";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyRestore, type RestoreOutcome, type RestoreStep } from "./apply-restore.ts";
import type { RestorePlan } from "./restore-plan.ts";

const disk = { location: "home", id: "old" };
const key = "restore-0011223344556677";

let cluster: KubernetesEmulator;
let client: KubernetesClient;
let steps: RestoreStep[];

beforeEach(async () => {
  cluster = await startKubernetesEmulator();
  client = createKubernetesClient({
    server: cluster.url,
    credentials: async () => ({ headers: {} }),
  });
  steps = [];
});

afterEach(async () => {
  client[Symbol.dispose]();
  await cluster.close();
});

describe("a restore", () => {
  it("ends when the claim is bound", async () => {
    const world = await openWorld();
    const bind = async (): Promise<void> => {
      cluster.store.patchStatus("persistentvolumeclaims", { name: "new" }, { phase: "Bound" });
    };
    const outcome = await apply(world, {}, bind);
    expect(outcome).toMatchObject({ isMade: true, isBound: true, error: undefined, left: [] });
    expect(world.storage.read({ location: "home", id: outcome.diskId as string })).toBe("what was there");
    expect(steps.map(({ step }) => step)).toEqual([
      "disk-begun",
      "disk-made",
      "volume-made",
      "claim-made",
      "claim-bound",
    ]);
  });

  it("that nothing binds is made all the same", async () => {
    const outcome = await apply(await openWorld());
    expect(outcome).toMatchObject({ isMade: true, isBound: false, error: undefined });
  });

  it("passes no mark of ours on to the disk", async () => {
    const world = await openWorld();
    const asked: object[] = [];
    await apply(world, {
      restoreSnapshot: (request, options) => {
        asked.push(request.labels);
        return world.backend.restoreSnapshot?.(request, options) ?? Promise.reject();
      },
    });
    expect(asked).toEqual([{}]);
  });
});

describe("a restore that is interrupted leaves nothing", () => {
  it.each(["disk-begun", "disk-made", "volume-made"] as const)("at the step %s", async (step) => {
    const world = await openWorld();
    const outcome = await apply(world, {}, undefined, step);
    expect(outcome).toMatchObject({ error: "it was interrupted", left: [] });
    assertNothingLeft(world, outcome);
  });

  it("before the first step, at which nothing is asked for", async () => {
    const world = await openWorld();
    const outcome = await applyRestore(planOf(world.backend), { ...contextOf(), stop: AbortSignal.abort() });
    expect(outcome).toMatchObject({ error: "it was interrupted", left: [] });
    expect(world.storage.requests.restoreSnapshot).toBe(0);
  });

  it("while the storage system makes a disk that it has named, without waiting", { timeout: 5_000 }, async () => {
    const world = await openWorld();
    const stop = new AbortController();
    const backend = {
      ...bound(world.backend),
      restoreSnapshot: async (...[request, options]: Parameters<Restore>) => {
        const made = await world.backend.restoreSnapshot?.(request);
        const isAborted = new Promise((_, reject) =>
          options?.signal?.addEventListener("abort", () => reject(new BackendError("aborted", "aborted"))),
        );
        setImmediate(() => stop.abort());
        await isAborted;
        return made as never;
      },
    };
    const outcome = await applyRestore(planOf(backend), { ...contextOf(), stop: stop.signal });
    assertNothingLeft(world, outcome);
    expect(steps).toContainEqual({ step: "removed", what: `disk ${outcome.diskId}` });
  });

  it("but not once the claim is there", async () => {
    const outcome = await apply(await openWorld(), {}, undefined, "claim-made");
    expect(outcome).toMatchObject({ isMade: true, isBound: false, error: undefined });
    expect(cluster.store.has("persistentvolumeclaims", { name: "new" })).toBe(true);
  });
});

describe("a restore that fails", () => {
  it("before anything was begun removes nothing", async () => {
    const refused = new BackendError("limit-reached", "the quota of disks is used up");
    const world = await openWorld({
      faults: ({ operation }) => (operation === "restoreSnapshot" ? { before: refused } : undefined),
    });
    const outcome = await apply(world);
    expect(outcome).toMatchObject({ error: "the quota of disks is used up", left: [] });
    expect(world.storage.requests.removeRestored).toBe(0);
  });

  it("by a lost answer finds the disk by its key, and removes it", async () => {
    let lost = 0;
    const asked: unknown[] = [];
    const world = await openWorld({
      faults: ({ operation }) => (operation === "restoreSnapshot" && lost++ === 0 ? { loseAnswer: true } : undefined),
    });
    const { restoreSnapshot } = bound(world.backend);
    const outcome = await apply(world, {
      // As a backend that does not say which disk it has begun.
      restoreSnapshot: ({ onBegun: _, ...request }, options) => {
        asked.push(request.mayExist);
        return restoreSnapshot?.(request, options) ?? Promise.reject();
      },
    });
    expect(outcome.left).toEqual([]);
    expect(asked).toEqual([undefined, true]);
    expect(world.storage.requests).toMatchObject({ restoreSnapshot: 2, removeRestored: 1 });
    assertNothingLeft(world, { ...outcome, diskId: "disk-2" });
  });

  it("and can find out nothing names what to look for", async () => {
    const world = await openWorld({
      faults: ({ operation }) =>
        operation === "restoreSnapshot"
          ? { after: new BackendError("unavailable", "no answer", { outcome: "unknown" }) }
          : undefined,
    });
    const { restoreSnapshot } = bound(world.backend);
    const outcome = await apply(world, {
      restoreSnapshot: ({ onBegun: _, ...request }, options) => restoreSnapshot?.(request, options) ?? Promise.reject(),
    });
    expect(outcome.left).toEqual([
      {
        what: "a disk named restored-default-new-44556677, if it was begun",
        remedy: `look in memory/home for a disk named restored-default-new-44556677 with the label k8s-snapshots/idempotency-key=${key}, and delete it`,
        why: "no answer",
      },
    ]);
  });

  it("names the disk that its backend cannot remove", async () => {
    cluster.faults.answer({ verb: "create", resource: "persistentvolumes" }, { code: 500, message: "broken" });
    const outcome = await apply(await openWorld({ capabilities: { removeRestored: false } }));
    expect(outcome.left).toEqual([
      {
        what: `disk ${outcome.diskId}`,
        remedy: `delete ${outcome.diskId} in memory/home`,
        why: expect.stringContaining("cannot remove"),
      },
    ]);
  });

  it("leaves a volume of that name that is not its own", async () => {
    const world = await openWorld();
    cluster.faults.answer({ verb: "create", resource: "persistentvolumes" }, { code: 500, message: "broken" });
    cluster.store.create("persistentvolumes", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "restored-default-new" },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        csi: { driver: "other", volumeHandle: "other" },
      },
    });
    expect((await apply(world)).left).toEqual([]);
    expect(cluster.store.has("persistentvolumes", { name: "restored-default-new" })).toBe(true);
  });
});

type Restore = NonNullable<SnapshotBackend["restoreSnapshot"]>;
interface TestWorld extends MemoryWorld {
  readonly snapshotId: string;
}

async function openWorld(options: MemoryBackendOptions = {}): Promise<TestWorld> {
  const world = createMemoryBackend(options);
  world.storage.addDisk(disk, "what was there");
  const labels = { "created-by": "k8s-snapshots" };
  const { id } = await world.backend.createSnapshot({ disk, name: "a", description: "", labels, idempotencyKey: "a" });
  return { ...world, snapshotId: id };
}

/** @param stopAt - interrupted as soon as that step is done */
async function apply(
  { backend }: TestWorld,
  changes: Partial<SnapshotBackend> = {},
  pause = async (): Promise<void> => undefined,
  stopAt?: RestoreStep["step"],
): Promise<RestoreOutcome> {
  const stop = new AbortController();
  const context = contextOf();
  return applyRestore(planOf({ ...bound(backend), ...changes }), {
    ...context,
    pause,
    stop: stop.signal,
    onStep: (step) => {
      context.onStep(step);
      if (step.step === stopAt) stop.abort();
    },
  });
}

function contextOf() {
  return {
    client,
    stop: new AbortController().signal,
    makesObjects: true,
    onStep: (step: RestoreStep) => void steps.push(step),
    pause: async () => undefined,
  };
}

function bound(backend: SnapshotBackend): SnapshotBackend {
  return {
    ...backend,
    name: backend.name,
    capabilities: backend.capabilities,
    apiVersion: backend.apiVersion,
    ...(backend.restoreSnapshot && { restoreSnapshot: backend.restoreSnapshot.bind(backend) }),
    ...(backend.removeRestored && { removeRestored: backend.removeRestored.bind(backend) }),
  } as SnapshotBackend;
}

function planOf(backend: SnapshotBackend): RestorePlan {
  const known = <Value>(value: Value) => ({ value, from: "the snapshot" });
  return {
    snapshot: { id: "snap-1", location: "home", diskId: "old", createdAt: new Date(0), state: "ready", labels: {} },
    choice: "newest",
    otherCluster: undefined,
    origin: { namespace: "default", name: "old" },
    old: undefined,
    target: { namespace: "default", claim: "new", persistentVolume: "restored-default-new" },
    shape: {
      size: known("1Gi"),
      storageClass: known(""),
      accessModes: known(["ReadWriteOnce"]),
      volumeMode: known("Filesystem"),
    },
    backend,
    manifest: {} as RestorePlan["manifest"],
    diskName: "restored-default-new-44556677",
    key,
    parameters: {},
    missing: [],
  };
}

function assertNothingLeft({ storage }: MemoryWorld, { diskId }: RestoreOutcome): void {
  if (diskId !== undefined) expect(() => storage.read({ location: "home", id: diskId })).toThrow("does not exist");
  expect(cluster.store.list("persistentvolumes")).toEqual([]);
  expect(cluster.store.list("persistentvolumeclaims")).toEqual([]);
}
