import type { ConformanceHarness, ConformanceWorld } from "../src/conformance/index.ts";
import { type BackendCapabilities, BackendError, HOLD_LABEL, type SnapshotBackend } from "../src/index.ts";
import {
  createMemoryBackend,
  MEMORY_CSI_DRIVER,
  type MemoryBackendOptions,
  type MemoryFault,
  type MemoryOperation,
  type MemoryStorage,
  memoryManifest,
} from "../src/memory/index.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A memory backend under a virtual clock. */
export interface MemoryTestWorld extends ConformanceWorld {
  readonly storage: MemoryStorage;
  readonly clock: VirtualClock;
  readonly faults: { next: MemoryFault | undefined; keepPending: boolean; onHang: (() => void) | undefined };
  lastNumber: number;
}

/** Short, so that whatever waits for longer waits for the clock. */
const latencyMs = 2;

const volume = (volumeHandle: string) => ({
  metadata: { name: "broken" },
  spec: { csi: { driver: MEMORY_CSI_DRIVER, volumeHandle } },
});

/** The reference backend with every hook; `breakIt` may put a broken one in its place. */
export function memoryHarness(
  options: MemoryBackendOptions = {},
  breakIt: (backend: SnapshotBackend, world: MemoryTestWorld) => SnapshotBackend = (backend) => backend,
): ConformanceHarness<MemoryTestWorld> {
  const capabilities: BackendCapabilities = {
    restore: true,
    removeRestored: true,
    read: true,
    setLabels: true,
    groups: true,
    watch: true,
    limits: true,
    volumeFacts: true,
    listLagMs: 0,
    maxSnapshotsPerDisk: 100,
    callsPerSecond: { list: 10 },
    ...options.capabilities,
  };
  return {
    manifest: memoryManifest,
    capabilities,
    async open() {
      const world = openWorld({ ...options, capabilities });
      return { ...world, backend: breakIt(world.backend, world) };
    },
    createDisk: async (world) => world.storage.addDisk({ location: "home", id: nextId(world), details: { zone: "a" } }),
    volumeFor: (_, { location, id }) => volume(`${location}/${id}`),
    specFor: (_, { location, id }) => ({ location, id }),
    now: ({ clock }) => new Date(clock.now),
    async settle({ clock }) {
      clock.advance((capabilities.listLagMs ?? 0) + 1000);
    },
    secrets: ["hunter2"],
    foreignVolumes: [
      { metadata: { name: "near" }, spec: { csi: { driver: "memory.example", volumeHandle: "home/1" } } },
    ],
    brokenVolumes: [
      { volume: volume("disk-1"), mentions: "volumeHandle" },
      { volume: volume("nowhere/disk-1"), mentions: "nowhere" },
    ],
    unknownLocation: "nowhere",
    missingDisk: () => ({ location: "home", id: "missing" }),
    missingSnapshot: () => ({ location: "home", id: "missing" }),
    createDiskElsewhere: async (world) => world.storage.addDisk({ location: "elsewhere", id: nextId(world) }),
    pageSize: 3,
    async failSecondPage({ faults }) {
      faults.next = { failAfterPages: 1 };
    },
    ...(options.idempotency === "label" ? {} : { takesTokens: true }),
    async watch({ storage }, work) {
      const seen: { id: string; labels: Readonly<Record<string, string>> }[] = [];
      storage.onChange = ({ id, labels }) => void seen.push({ id, labels: { ...labels } });
      await work();
      return seen;
    },
    async keepPending({ faults }) {
      faults.keepPending = true;
    },
    finish: async ({ storage }, snapshot, state) => storage.setState(snapshot, state),
    use: async ({ storage }, snapshot) => storage.setInUse(snapshot, true),
    lock: async ({ storage }, snapshot) => storage.setLocked(snapshot, true),
    garble: async ({ storage }, snapshot) => storage.setState(snapshot, "unknown"),
    sendsDates: true,
    hold: async ({ storage }, snapshot) => storage.setLabels(snapshot, { ...snapshot.labels, [HOLD_LABEL]: "true" }),
    refusals: ["throttled", "unavailable", "forbidden", "unauthenticated", "limit-reached", "unexpected"],
    async refuseNext({ faults }, code) {
      faults.next = { before: new BackendError(code, `refused: ${code}`) };
    },
    async loseNextAnswer({ faults }) {
      faults.next = { loseAnswer: true };
    },
    async hangNext({ faults }) {
      const { promise: reached, resolve } = Promise.withResolvers<void>();
      faults.onHang = resolve;
      return { reached };
    },
    async createUngroupableDisk(world) {
      const disk = world.storage.addDisk({ location: "home", id: nextId(world) });
      world.storage.setGroupable(disk, false);
      return disk;
    },
    breakWatches: async ({ storage }) => storage.endWatches(new BackendError("unavailable", "the connection is gone")),
    setQuota: async ({ storage }, maxSnapshots) => storage.setLimits({ maxSnapshots }),
    creationParameters: { class: "archive" },
    brokenParameters: [{ parameters: { class: "" }, mentions: "class" }],
    async deny({ storage }) {
      storage.denied.add("memory.snapshots.create");
      return "memory.snapshots.create";
    },
    write: async ({ storage }, disk, content) => storage.write(disk, content),
    read: async ({ storage }, disk) => storage.read(disk),
  };
}

function openWorld(options: MemoryBackendOptions): MemoryTestWorld {
  const clock = new VirtualClock();
  const faults: MemoryTestWorld["faults"] = { next: undefined, keepPending: false, onHang: undefined };
  const made = createMemoryBackend({
    now: () => new Date(clock.now),
    delay: (milliseconds, signal) => {
      if (milliseconds > latencyMs) return clock.delay(milliseconds, signal);
      return faults.onHang ? hang(faults.onHang, signal) : Promise.resolve();
    },
    latencyMs,
    pageSize: 3,
    snapshotDuration: () => (faults.keepPending ? undefined : 1000),
    faults: ({ operation }) => takeFault(faults, operation),
    ...options,
  });
  return { ...made, clock, faults, lastNumber: 0 };
}

function takeFault(faults: MemoryTestWorld["faults"], operation: MemoryOperation): MemoryFault | undefined {
  if (operation === "diskForVolume" || operation === "diskForSpec") return undefined;
  const fault = faults.next;
  faults.next = undefined;
  return fault;
}

function hang(reached: () => void, signal: AbortSignal | undefined): Promise<never> {
  reached();
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

function nextId(world: MemoryTestWorld): string {
  world.lastNumber += 1;
  return `disk-of-test-${world.lastNumber}`;
}
