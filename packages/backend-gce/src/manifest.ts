import type { BackendManifest } from "@k8s-snapshots/backend-api";

/** What the daemon knows of this backend before Google's SDK is loaded. */
export const manifest: BackendManifest = {
  apiVersion: 2,
  name: "google",
  // The Python daemon's name for disks of the CSI driver.
  aliases: ["googlecsi"],
  volumes: {
    csiDrivers: ["pd.csi.storage.gke.io", "gce-pd.csi.storage.gke.io"],
    sources: ["gcePersistentDisk"],
  },
  settings: [
    { variable: "GCLOUD_PROJECT", description: "project of disks that do not say theirs; else GOOGLE_CLOUD_PROJECT" },
    {
      variable: "GOOGLE_APPLICATION_CREDENTIALS",
      description:
        "path or contents of a credentials file; GCLOUD_CREDENTIALS_FILE comes before it, GCLOUD_JSON_KEYFILE_STRING and " +
        "GCLOUD_JSON_KEYFILE_NAME after it",
      secret: true,
    },
    { variable: "GCLOUD_SNAPSHOT_STORAGE_LOCATION", description: "where snapshots are kept: europe-west1, or eu" },
    { variable: "GCLOUD_SNAPSHOT_TYPE", description: "STANDARD or ARCHIVE", default: "STANDARD" },
    {
      variable: "GCLOUD_SNAPSHOT_GUEST_FLUSH",
      description: "true: the guest writes its data down first",
      default: "false",
    },
    { variable: "GCLOUD_SNAPSHOT_KMS_KEY", description: "name of the key that encrypts snapshots" },
    { variable: "GOOGLE_CLOUD_UNIVERSE_DOMAIN", description: "of a cloud that is Google's but not the public one" },
    { variable: "GOOGLE_COMPUTE_CUSTOM_ENDPOINT", description: "URL of the Compute Engine API" },
    { variable: "GCE_METADATA_HOST", description: "the metadata server", default: "metadata.google.internal" },
    { variable: "METADATA_SERVER_DETECTION", description: "none: do not ask the metadata server" },
  ],
  diskSchema: {
    type: "object",
    properties: {
      name: { type: "string", description: "the disk's name" },
      zone: { type: "string", description: "such as europe-west1-b" },
      region: { type: "string", description: "of a regional disk, such as europe-west1" },
      project: { type: "string", description: "id of the project, where it is not the daemon's own" },
    },
    required: ["name"],
    oneOf: [{ required: ["zone"] }, { required: ["region"] }],
  },
  restoreParameters: {
    zone: { type: "string", description: "such as europe-west1-b; two of them: a regional disk", from: "zones" },
    region: { type: "string", description: "of a regional disk, beside replicaZones" },
    replicaZones: { type: "string", description: "two zones of the region, with a comma between" },
    diskType: { type: "string", description: "such as pd-ssd; default: Google's own" },
    sizeGb: { type: "string", description: "size of the disk, in GiB", from: "sizeGiB" },
  },
  // Instead of the settings of the same name.
  parameters: {
    storageLocation: { type: "string", description: "where the snapshots are kept: europe-west1, or eu" },
    snapshotType: { type: "string", description: "STANDARD or ARCHIVE", enum: ["STANDARD", "ARCHIVE"] },
    guestFlush: { type: "string", description: "the guest writes its data down first", enum: ["true", "false"] },
    kmsKey: { type: "string", description: "projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY" },
  },
};
