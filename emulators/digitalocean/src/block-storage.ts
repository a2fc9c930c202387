import { randomUUID } from "node:crypto";
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import type { SnapshotRecord, VolumeRecord } from "./records.ts";
import { TagRegister } from "./tag-register.ts";

/** @see {@link https://docs.digitalocean.com/products/volumes/details/limits/} */
const mostSnapshots = 25;
const volumeName = /^[a-z][a-z0-9-]{0,63}$/;
const regions = new Set("ams3 blr1 fra1 lon1 nyc1 nyc3 sfo2 sfo3 sgp1 syd1 tor1".split(" "));

/** What a new volume is to be. */
export interface VolumeForm {
  readonly name: string;
  readonly region: string;
  /** Default: 1. */
  readonly sizeGigabytes?: number;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly snapshotId?: string;
}

/** What there is in the account, and the rules that it keeps to. Tests reach behind the server's back through it. */
export class BlockStorage {
  readonly #volumes = new Map<string, VolumeRecord>();
  readonly #snapshots = new Map<string, SnapshotRecord>();
  readonly #watchers = new Set<(snapshot: SnapshotRecord) => void>();
  readonly #now: () => number;
  readonly #snapshotIntervalMs: number;
  readonly tags: TagRegister = new TagRegister();

  constructor(now: () => number, snapshotIntervalMs: number) {
    this.#now = now;
    this.#snapshotIntervalMs = snapshotIntervalMs;
  }

  now(): Date {
    return new Date(this.#now());
  }

  get volumes(): readonly VolumeRecord[] {
    return [...this.#volumes.values()];
  }

  get snapshots(): readonly SnapshotRecord[] {
    return [...this.#snapshots.values()];
  }

  /** @throws {ApiError} 404 */
  volume(id: string): VolumeRecord {
    return found(this.#volumes.get(id));
  }

  /** @throws {ApiError} 404 */
  snapshot(id: string): SnapshotRecord {
    return found(this.#snapshots.get(id));
  }

  /** @throws {ApiError} 404, 409 or 422 */
  createVolume(form: VolumeForm): VolumeRecord {
    const { name, region, sizeGigabytes = 1, description = "", snapshotId } = form;
    if (!volumeName.test(name))
      throw unprocessable("name must be lowercase letters, digits and -, and begin with a letter");
    if (!regions.has(region)) throw unprocessable(`region ${region} is not available`);
    const source = snapshotId === undefined ? undefined : this.snapshot(snapshotId);
    if (source && source.region !== region) throw unprocessable("the snapshot is in another region");
    if (sizeGigabytes < (source?.sizeGigabytes ?? 1)) throw unprocessable("size_gigabytes is too small");
    if (this.volumes.some((other) => other.name === name && other.region === region)) {
      throw new ApiError(409, "conflict", "There is already a volume with that name in this region.");
    }
    const volume: VolumeRecord = {
      id: randomUUID(),
      name,
      region,
      sizeGigabytes,
      description,
      createdAt: this.now(),
      tags: this.tags.enter(form.tags ?? []),
      content: source?.content ?? "",
    };
    this.#volumes.set(volume.id, volume);
    return volume;
  }

  /** Its snapshots stay. @throws {ApiError} 404 */
  deleteVolume(id: string): void {
    this.volume(id);
    this.#volumes.delete(id);
  }

  /** @throws {ApiError} 403, 404, 409, 422 or 429 */
  createSnapshot(
    volumeId: string,
    { name, tags = [] }: { readonly name: string; readonly tags?: readonly string[] },
  ): SnapshotRecord {
    const volume = this.volume(volumeId);
    if (name === "") throw unprocessable("name can't be blank");
    const others = this.snapshots.filter((snapshot) => snapshot.volumeId === volumeId);
    // csi-digitalocean takes a 409 for a name in use; how far names must differ is not documented.
    if (others.some((other) => other.name === name)) {
      throw new ApiError(409, "conflict", "There is already a snapshot of this volume with that name.");
    }
    // Neither status nor message is documented.
    if (others.length >= mostSnapshots) throw new ApiError(403, "forbidden", "volume snapshot limit exceeded");
    const since = this.#now() - Math.max(...others.map(({ createdAt }) => createdAt.getTime()));
    if (since < this.#snapshotIntervalMs) {
      throw new ApiError(429, "too_many_requests", "snapshots of a volume are limited to one request per 10m0s");
    }
    const snapshot: SnapshotRecord = {
      id: randomUUID(),
      name,
      volumeId,
      region: volume.region,
      sizeGigabytes: volume.sizeGigabytes,
      createdAt: this.now(),
      tags: this.tags.enter(tags),
      content: volume.content,
    };
    this.#keep(snapshot);
    return snapshot;
  }

  /** @throws {ApiError} 404 */
  deleteSnapshot(id: string): void {
    this.snapshot(id);
    this.#snapshots.delete(id);
  }

  /** Tags a snapshot or a volume, as people do in the control panel. @throws {ApiError} 404 */
  tag(id: string, tag: string): void {
    this.#retag(id, (tags) => [...new Set([...tags, ...this.tags.enter([tag])])]);
  }

  /** @throws {ApiError} 404 */
  untag(id: string, tag: string): void {
    this.#retag(id, (tags) => tags.filter((each) => each !== tag));
  }

  /** Tells of each snapshot as it is after each change. @returns how to call it off */
  watch(watcher: (snapshot: SnapshotRecord) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #retag(id: string, change: (tags: readonly string[]) => string[]): void {
    const record = found(this.#snapshots.get(id) ?? this.#volumes.get(id));
    record.tags = change(record.tags);
    const snapshot = this.#snapshots.get(id);
    if (snapshot) this.#keep(snapshot);
  }

  #keep(snapshot: SnapshotRecord): void {
    this.#snapshots.set(snapshot.id, snapshot);
    for (const watcher of this.#watchers) watcher({ ...snapshot });
  }
}

function found<T>(record: T | undefined): T {
  if (record === undefined) throw notFound();
  return record;
}
