import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import type { CallOptions, SnapshotBackend } from "../backend.ts";
import { type BackendError, type BackendErrorCode, type BackendErrorScope, isBackendError } from "../backend-error.ts";
import { DEFAULT_LIST_LAG_MS } from "../capabilities.ts";
import type { Disk } from "../disk.ts";
import type { CreateSnapshotGroupRequest } from "../group.ts";
import type { LocationLimits } from "../limits.ts";
import type { RemoveRestoredRequest, RestoredVolume, RestoreRequest } from "../restore.ts";
import type { CreateSnapshotRequest, Labels, ListSnapshotsRequest, Snapshot } from "../snapshot.ts";
import type { SnapshotChange } from "../snapshot-change.ts";
import type { ConformanceHarness, ConformanceWorld } from "./harness.ts";

const scopes: ReadonlySet<BackendErrorScope> = new Set(["snapshot", "disk", "location", "account"]);

/** What each test of the kit works with: a world with one disk, and labels that nobody else uses. */
export class TestContext {
  readonly world: ConformanceWorld;
  readonly backend: SnapshotBackend;
  readonly disk: Disk;
  readonly labels: Labels;
  readonly #harness: ConformanceHarness;

  constructor(harness: ConformanceHarness, world: ConformanceWorld, disk: Disk) {
    this.#harness = harness;
    this.world = world;
    this.backend = world.backend;
    this.disk = disk;
    this.labels = { "created-by": "k8s-snapshots", "k8s-snapshots/conformance": randomUUID() };
  }

  /** A creation of a snapshot of {@link disk}, with a key that was never used. */
  request(overrides: Partial<CreateSnapshotRequest> = {}): CreateSnapshotRequest {
    return {
      disk: this.disk,
      name: "conformance-010126-000000",
      description: "Made by the conformance kit of k8s-snapshots",
      labels: this.labels,
      idempotencyKey: newKey(),
      ...overrides,
    };
  }

  create(overrides: Partial<CreateSnapshotRequest> = {}): Promise<Snapshot> {
    return this.backend.createSnapshot(this.request(overrides));
  }

  /** Another disk. Tests use one for each snapshot, because some storage systems limit the snapshots of one disk. */
  newDisk(): Promise<Disk> {
    return this.#harness.createDisk(this.world);
  }

  /** Creates each snapshot of a disk of its own. */
  async createMany(count: number): Promise<Snapshot[]> {
    const snapshots: Snapshot[] = [];
    while (snapshots.length < count) {
      snapshots.push(await this.create({ disk: await this.newDisk() }));
    }
    return snapshots;
  }

  /** A creation of a group of two new disks, with a key that was never used. */
  async groupRequest(overrides: Partial<CreateSnapshotGroupRequest> = {}): Promise<CreateSnapshotGroupRequest> {
    const { disk: _, ...request } = this.request();
    return { ...request, disks: overrides.disks ?? [await this.newDisk(), await this.newDisk()], ...overrides };
  }

  createGroup(request: CreateSnapshotGroupRequest, options?: CallOptions): Promise<readonly Snapshot[]> {
    assert.ok(this.backend.createSnapshotGroup, "capabilities.groups is true, but there is no createSnapshotGroup");
    return this.backend.createSnapshotGroup(request, options);
  }

  watch(options?: CallOptions, overrides: Partial<ListSnapshotsRequest> = {}): AsyncIterator<SnapshotChange> {
    assert.ok(this.backend.watchSnapshots, "capabilities.watch is true, but there is no watchSnapshots");
    const request = { location: this.disk.location, labels: this.labels, ...overrides };
    return this.backend.watchSnapshots(request, options)[Symbol.asyncIterator]();
  }

  readLimits(location: string = this.disk.location, options?: CallOptions): Promise<LocationLimits> {
    assert.ok(this.backend.readLimits, "capabilities.limits is true, but there is no readLimits");
    return this.backend.readLimits(location, options);
  }

  /** A restore of that snapshot, with a key that was never used. */
  restoreRequest(snapshot: Snapshot, overrides: Partial<RestoreRequest> = {}): RestoreRequest {
    const parameters = this.#harness.restoreParameters?.(this.world);
    return {
      snapshot: { id: snapshot.id, location: snapshot.location },
      name: `restored-${randomUUID().slice(0, 8)}`,
      labels: this.labels,
      idempotencyKey: newKey(),
      ...(parameters && { parameters }),
      ...overrides,
    };
  }

  restore(request: RestoreRequest): Promise<RestoredVolume> {
    assert.ok(this.backend.restoreSnapshot, "capabilities.restore is true, but there is no restoreSnapshot");
    return this.backend.restoreSnapshot(request);
  }

  removeRestored(request: RemoveRestoredRequest): Promise<void> {
    assert.ok(this.backend.removeRestored, "capabilities.removeRestored is true, but there is no removeRestored");
    return this.backend.removeRestored(request);
  }

  list(labels: Labels = this.labels, location: string = this.disk.location): Promise<Snapshot[]> {
    return Array.fromAsync(this.backend.listSnapshots({ location, labels }));
  }

  /** The list once it shows what was done before. */
  async settledList(labels: Labels = this.labels, location: string = this.disk.location): Promise<Snapshot[]> {
    if ((this.backend.capabilities.listLagMs ?? DEFAULT_LIST_LAG_MS) > 0) await this.#harness.settle?.(this.world);
    return this.list(labels, location);
  }

  /** The one snapshot with that id in the settled list. */
  async listed({ id }: { readonly id: string }): Promise<Snapshot> {
    const found = (await this.settledList()).filter((snapshot) => snapshot.id === id);
    assert.equal(found.length, 1, `the list has snapshot ${id} ${found.length} times, not once`);
    return found[0] as Snapshot;
  }

  /** Looks for something until it is there, and lets the storage system settle in between. */
  async eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const attempts = this.#harness.settle ? (this.#harness.settleAttempts ?? 100) : 0;
    for (let attempt = 0; ; attempt += 1) {
      const found = await look();
      if (found !== undefined) return found;
      assert.ok(attempt < attempts, `${what}: not after settling ${attempts} times`);
      await this.#harness.settle?.(this.world);
    }
  }

  /** A snapshot that was created and is listed as ready. */
  async ready(overrides: Partial<CreateSnapshotRequest> = {}): Promise<Snapshot> {
    const { id } = await this.create(overrides);
    return this.eventually(`snapshot ${id} is listed as ready`, async () => {
      const all = await this.list();
      return all.find((snapshot) => snapshot.id === id && snapshot.state === "ready");
    });
  }

  /** The error that `call` rejects with, which must be as the contract wants it. */
  async rejection(code: BackendErrorCode, call: () => Promise<unknown>): Promise<BackendError> {
    const error = await this.anyRejection(call);
    assert.equal(error.code, code, `rejected with ${error.code} (${error.message}), not with ${code}`);
    return error;
  }

  /** As {@link rejection}, with whichever code. */
  async anyRejection(call: () => Promise<unknown>): Promise<BackendError> {
    const error = await call().then(
      (value) => assert.fail(`resolved to ${inspect(value)} instead of rejecting`),
      (reason: unknown) => reason,
    );
    assert.ok(isBackendError(error), `rejected with ${inspect(error)}, which is not a BackendError`);
    assert.notEqual(error.message, "", "the error has no message");
    assert.ok(scopes.has(error.scope), `the error with code ${error.code} has the scope ${error.scope}`);
    for (const secret of this.#harness.secrets ?? []) {
      const told = inspect(error, { depth: 20, showHidden: true, maxStringLength: null }).includes(secret);
      assert.ok(!told, `the error with code ${error.code} contains a credential`);
    }
    return error;
  }
}

/** An idempotency key that was never used. */
export function newKey(): string {
  return `conformance-${randomUUID()}`;
}
