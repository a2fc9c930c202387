import { BackendError } from "@k8s-snapshots/backend-api";
import { AccountService } from "digitalocean-js/src/lib/services/account/account.service.js";
import { BlockStorageService } from "digitalocean-js/src/lib/services/block-storage/block-storage.service.js";
import { SnapshotService } from "digitalocean-js/src/lib/services/snapshot/snapshot.service.js";
import { TagService } from "digitalocean-js/src/lib/services/tag/tag.service.js";

/**
 * What is called of digitalocean-js. Its types promise what no answer has to keep: here, answers are input, and are
 * checked where they are read. Ids and names of tags go into paths as they are: see {@link inPath}.
 */
export interface DigitalOceanApi {
  readonly account: {
    getUserInformation(): Promise<unknown>;
  };
  readonly blockStorage: {
    getAllBlockStorage(): Promise<unknown>;
    getBlockStorageByName(name: string, region: string | undefined): Promise<unknown>;
    createBlockStorage(volume: NewVolume): Promise<unknown>;
    getBlockStorageById(id: string): Promise<unknown>;
    deleteBlockStorageById(id: string): Promise<unknown>;
    getSnapshotsForVolume(id: string): Promise<unknown>;
    createSnapshotFromVolume(id: string, name: string): Promise<unknown>;
  };
  readonly snapshots: {
    getSnapshots(resourceType: "volume"): Promise<unknown>;
    getSnapshotById(id: string): Promise<unknown>;
    deleteSnapshot(id: string): Promise<unknown>;
  };
  readonly tags: {
    createTag(name: string): Promise<unknown>;
    getTags(): Promise<unknown>;
    tagResources(name: string, ids: string[]): Promise<unknown>;
    removeTagFromResources(name: string, ids: string[]): Promise<unknown>;
  };
}

/** A volume to be made of a snapshot. */
export interface NewVolume {
  name: string;
  /** Slug: `fra1`. */
  region: string;
  snapshot_id: string;
  /** GiB, above zero: digitalocean-js refuses others by itself. */
  size_gigabytes: number;
}

/**
 * digitalocean-js's own services, four of twenty-four. Its class `DigitalOcean` makes all of them, and writes its token
 * into the one axios instance that all share; by themselves they hold nothing.
 */
export const digitalOceanJs: DigitalOceanApi = {
  account: new AccountService(),
  blockStorage: new BlockStorageService() as DigitalOceanApi["blockStorage"],
  snapshots: new SnapshotService(),
  tags: new TagService(),
};

/**
 * An id, or a tag's name, as one segment of a path, whatever it is made of.
 *
 * @throws {BackendError} `invalid` of what would lead to another path
 */
export function inPath(text: string): string {
  // The name of a tag is written with its colon.
  if (!/^\.{0,2}$/.test(text)) return encodeURIComponent(text).replaceAll("%3A", ":");
  throw new BackendError("invalid", `${JSON.stringify(text)} is not an id on DigitalOcean`);
}
