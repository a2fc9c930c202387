import type { InsertSnapshotRequest } from "./compute-api.ts";

/** How snapshots are made, as far as people choose. What is left out is as Google has it. */
export type SnapshotOptions = Pick<
  InsertSnapshotRequest["snapshotResource"],
  "storageLocations" | "snapshotType" | "guestFlush" | "snapshotEncryptionKey"
>;

/** The options in writing. */
export interface SnapshotOptionTexts {
  /** A region or multi-region: `europe-west1`, `eu`. Default: the multi-region closest to the disk. */
  readonly storageLocation?: string | undefined;

  /** `STANDARD` or `ARCHIVE`. Default: `STANDARD`. */
  readonly snapshotType?: string | undefined;

  /** `true`: the guest is asked to write its data down first. Default: `false`. */
  readonly guestFlush?: string | undefined;

  /** `projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY`. Default: the disk's own, else Google's. */
  readonly kmsKey?: string | undefined;
}

const kmsKeyPattern =
  /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+(?:\/cryptoKeyVersions\/\d+)?$/;

/**
 * @param nameOf - what people call an option, for messages
 * @throws {Error} if one is malformed: one line that names it
 * @see {@link https://cloud.google.com/compute/docs/disks/create-snapshots}
 */
export function parseSnapshotOptions(
  { storageLocation, snapshotType, guestFlush, kmsKey }: SnapshotOptionTexts,
  nameOf: (option: keyof SnapshotOptionTexts) => string,
): SnapshotOptions {
  if (storageLocation !== undefined && !/^[a-z][a-z0-9-]{0,62}$/.test(storageLocation)) {
    throw new Error(`${nameOf("storageLocation")} must be one region or multi-region, such as europe-west1 or eu`);
  }
  if (snapshotType !== undefined && snapshotType !== "STANDARD" && snapshotType !== "ARCHIVE") {
    throw new Error(`${nameOf("snapshotType")} must be STANDARD or ARCHIVE`);
  }
  if (guestFlush !== undefined && guestFlush !== "true" && guestFlush !== "false") {
    throw new Error(`${nameOf("guestFlush")} must be true or false`);
  }
  if (kmsKey !== undefined && !kmsKeyPattern.test(kmsKey)) {
    const form = "projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY";
    throw new Error(`${nameOf("kmsKey")} must be the name of a key: ${form}`);
  }
  return {
    ...(storageLocation !== undefined && { storageLocations: [storageLocation] }),
    ...(snapshotType !== undefined && { snapshotType }),
    ...(guestFlush !== undefined && { guestFlush: guestFlush === "true" }),
    ...(kmsKey !== undefined && { snapshotEncryptionKey: { kmsKeyName: kmsKey } }),
  };
}
