import {
  type AccessReport,
  BACKEND_API_VERSION,
  type BackendCapabilities,
  BackendError,
  type CallOptions,
  type CreateSnapshotRequest,
  type Disk,
  type DiskSpec,
  hasLabels,
  type Labels,
  type ListSnapshotsRequest,
  type PersistentVolumeView,
  type RemoveRestoredRequest,
  type RestoredVolume,
  type RestoreRequest,
  type Snapshot,
  type SnapshotBackend,
  type SnapshotReference,
} from "@k8s-snapshots/backend-api";
import { throwIfAborted, volumeInLabels, volumeLabels } from "@k8s-snapshots/backend-api/toolkit";
import { assertTagsAreShown, checkScopes } from "./digitalocean-access.ts";
import { inPath } from "./digitalocean-api.ts";
import type { DigitalOceanClient, DigitalOceanMethod } from "./digitalocean-client.ts";
import { unexpected } from "./digitalocean-error.ts";
import { isOfKey, labelsForTags, snapshotName } from "./digitalocean-names.ts";
import { removeRestoredVolume, restoreVolume } from "./digitalocean-restore.ts";
import { replaceTags } from "./digitalocean-set-labels.ts";
import { ACCOUNT, areTagsReadable, toNewSnapshot, toSnapshot } from "./digitalocean-snapshot.ts";
import { longestVolumeFacts, toTags } from "./digitalocean-tags.ts";
import { diskOfSpec, diskOfVolume } from "./digitalocean-volume.ts";

/** Snapshots of block storage volumes. The only location is the account, a disk's id is the volume's. */
export class DigitalOceanBackend implements SnapshotBackend {
  readonly apiVersion: typeof BACKEND_API_VERSION = BACKEND_API_VERSION;
  readonly name: string = "digitalocean";
  readonly capabilities: BackendCapabilities = {
    restore: true,
    removeRestored: true,
    read: true,
    setLabels: true,
    volumeFacts: true,
    // DigitalOcean promises no bound.
    listLagMs: 5000,
    // https://docs.digitalocean.com/products/volumes/details/limits/
    minIntervalMs: 10 * 60_000,
    maxSnapshotsPerDisk: 25,
    // Of 5,000 an hour, which are 1.38 a second, an eighth is left for others.
    // https://docs.digitalocean.com/reference/api/reference/#rate-limit
    callsPerSecond: { create: 0.35, delete: 0.35, list: 0.5 },
  };
  readonly #client: DigitalOceanClient;

  constructor(client: DigitalOceanClient) {
    this.#client = client;
  }

  async diskForVolume(volume: PersistentVolumeView, options?: CallOptions): Promise<Disk | undefined> {
    throwIfAborted(options);
    return diskOfVolume(volume);
  }

  async diskForSpec(spec: DiskSpec, options?: CallOptions): Promise<Disk> {
    throwIfAborted(options);
    return diskOfSpec(this.#client, spec, options);
  }

  /** DigitalOcean lists all of the account, and filters by nothing that would help. */
  async *listSnapshots(
    { location, labels, onOther }: ListSnapshotsRequest,
    options?: CallOptions,
  ): AsyncGenerator<Snapshot> {
    assertLocation(location);
    const call = {
      doing: "listing the account's snapshots",
      scopes: ["snapshot:read", "tag:read"],
      about: "location",
    } as const;
    let showsTags = false;
    for await (const answer of this.#client.list(call, ({ snapshots }) => snapshots.getSnapshots("volume"), options)) {
      if (answer["resource_type"] === "droplet") continue;
      const snapshot = toSnapshot(answer, call);
      showsTags ||= Object.keys(snapshot.labels).length > 0;
      if (hasLabels(snapshot, labels) || !areTagsReadable(answer)) yield snapshot;
      else onOther?.(snapshot.diskId);
    }
    if (!showsTags) await assertTagsAreShown(this.#client, options);
  }

  /**
   * The name settles lost answers: it follows from the key, and is looked for. (A tag for each key would stay in the
   * account for ever: DigitalOcean keeps tags that nothing carries.)
   */
  async createSnapshot(request: CreateSnapshotRequest, options?: CallOptions): Promise<Snapshot> {
    const { disk, idempotencyKey, mayExist = false } = request;
    const labels = { ...request.labels, ...volumeLabels(request.volume, longestVolumeFacts) };
    assertLocation(disk.location);
    const name = snapshotName(request.name, idempotencyKey, labels);
    if (mayExist) {
      const found = await this.#findSnapshot(disk.id, idempotencyKey, options);
      if (found) return found;
    }
    const creation = {
      tags: toTags(labelsForTags(labels)),
      doing: `creating snapshot ${name} of volume ${disk.id}`,
      scopes: ["block_storage_snapshot:create", "tag:create"],
      changes: true,
    };
    try {
      const answer = await this.#client.call(
        creation,
        ({ blockStorage }) => blockStorage.createSnapshotFromVolume(inPath(disk.id), name),
        options,
      );
      const snapshot = toNewSnapshot(answer, creation);
      if (snapshot.diskId !== disk.id) throw unexpected(creation, "a snapshot of another volume");
      // Without the scope `tag:read` an answer has no tags, though the snapshot has.
      return { ...snapshot, labels, ...volumeInLabels(labels) };
    } catch (error) {
      // The name is taken, by an earlier try.
      const found =
        (error as BackendError).code === "in-use" && (await this.#findSnapshot(disk.id, idempotencyKey, options));
      if (found) return found;
      throw error;
    }
  }

  async deleteSnapshot({ id, location }: SnapshotReference, options?: CallOptions): Promise<void> {
    assertLocation(location);
    const deletion = {
      doing: `deleting snapshot ${id}`,
      scopes: ["block_storage_snapshot:delete"],
      changes: true,
      about: "snapshot",
    } as const;
    const gone = this.#client.call(deletion, ({ snapshots }) => snapshots.deleteSnapshot(inPath(id)), options);
    await gone.catch((error: BackendError) => {
      if (error.code !== "not-found") throw error;
    });
  }

  async readSnapshot({ id, location }: SnapshotReference, options?: CallOptions): Promise<Snapshot | undefined> {
    assertLocation(location);
    return this.#read(id, options).then(
      ({ snapshot }) => snapshot,
      (error: BackendError) => {
        if (error.code !== "not-found") throw error;
        return undefined;
      },
    );
  }

  async setSnapshotLabels({ id, location }: SnapshotReference, labels: Labels, options?: CallOptions): Promise<void> {
    assertLocation(location);
    const { snapshot, tags } = await this.#read(id, options);
    await replaceTags(this.#client, { id, labels: snapshot.labels, tags }, labels, options);
  }

  async checkAccess(location: string, options?: CallOptions): Promise<AccessReport> {
    assertLocation(location);
    return { checks: await checkScopes(this.#client, options) };
  }

  async restoreSnapshot(request: RestoreRequest, options?: CallOptions): Promise<RestoredVolume> {
    assertLocation(request.snapshot.location);
    return restoreVolume(this.#client, request, options);
  }

  async removeRestored(request: RemoveRestoredRequest, options?: CallOptions): Promise<void> {
    assertLocation(request.location);
    await removeRestoredVolume(this.#client, request, options);
  }

  async #read(
    id: string,
    options: CallOptions | undefined,
  ): Promise<{ readonly snapshot: Snapshot; readonly tags: readonly string[] }> {
    const call = {
      doing: `reading snapshot ${id}`,
      scopes: ["block_storage_snapshot:read", "tag:read"],
      about: "snapshot",
    } as const;
    const answer = await this.#client.call(call, ({ snapshots }) => snapshots.getSnapshotById(inPath(id)), options);
    const snapshot = toSnapshot(answer, call);
    if (snapshot.id !== id) throw unexpected(call, `snapshot ${JSON.stringify(snapshot.id)}`);
    const tags = areTagsReadable(answer) ? ((answer as { tags: readonly string[] | null }).tags ?? []) : [];
    if (tags.length === 0) await assertTagsAreShown(this.#client, options);
    return { snapshot, tags };
  }

  /** By the name, which follows from the key. */
  async #findSnapshot(volume: string, key: string, options: CallOptions | undefined): Promise<Snapshot | undefined> {
    const call = {
      doing: `looking for an earlier snapshot of volume ${volume}`,
      scopes: ["block_storage_snapshot:read"],
    };
    const ofVolume: DigitalOceanMethod = ({ blockStorage }) => blockStorage.getSnapshotsForVolume(inPath(volume));
    const found = this.#client.list(call, ofVolume, options);
    const all = await Array.fromAsync(found, (each) => toSnapshot(each, call));
    return all.find(({ diskId, name }) => diskId === volume && isOfKey(name, key));
  }
}

function assertLocation(location: string): void {
  if (location === ACCOUNT) return;
  throw new BackendError("invalid", `there is no location ${location} on DigitalOcean: the only one is ${ACCOUNT}`, {
    scope: "location",
  });
}
