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
};
