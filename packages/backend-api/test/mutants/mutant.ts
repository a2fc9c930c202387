import type { BackendManifest, Snapshot, SnapshotBackend } from "../../src/index.ts";
import type { MemoryTestWorld } from "../memory-harness.ts";

/** A memory backend broken in one way that the contract forbids. */
export interface Mutant {
  /** What it does wrong. */
  readonly name: string;
  /** The kit's tests that are there to notice. */
  readonly caughtBy: readonly string[];
  /** What differs in the manifest. Default: nothing. */
  readonly manifest?: Partial<BackendManifest>;
  /** The members that differ from those of the sound backend. */
  readonly break: (sound: SnapshotBackend, world: MemoryTestWorld) => object;
}

/** `sound` with some members replaced. */
export function withMembers(sound: SnapshotBackend, members: object): SnapshotBackend {
  return new Proxy(sound, {
    get(target, property) {
      if (property in members) return Reflect.get(members, property);
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Breaks the list by what is done to it as a whole. */
export function relist(change: (snapshots: Snapshot[], world: MemoryTestWorld) => Snapshot[]): Mutant["break"] {
  return (sound, world) => ({
    async *listSnapshots(...call: Parameters<SnapshotBackend["listSnapshots"]>) {
      yield* change(await Array.fromAsync(sound.listSnapshots(...call)), world);
    },
  });
}

/** Breaks the answers of a creation, and the request before it. */
export function recreate(
  before: (request: CreateRequest, world: MemoryTestWorld) => CreateRequest,
  after: (snapshot: Snapshot, world: MemoryTestWorld) => Snapshot = (snapshot) => snapshot,
): Mutant["break"] {
  return (sound, world) => ({
    createSnapshot: async (request: CreateRequest, options?: CallOptions) =>
      after(await sound.createSnapshot(before(request, world), options), world),
  });
}

export type CreateRequest = Parameters<SnapshotBackend["createSnapshot"]>[0];
export type CallOptions = NonNullable<Parameters<SnapshotBackend["createSnapshot"]>[1]>;
