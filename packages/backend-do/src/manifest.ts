import type { BackendManifest } from "@k8s-snapshots/backend-api";

/** What the daemon knows of this backend before it is loaded. */
export const manifest: BackendManifest = {
  apiVersion: 2,
  name: "digitalocean",
  // The second is the driver's name of 2018, which volumes of that time keep.
  volumes: { csiDrivers: ["dobs.csi.digitalocean.com", "com.digitalocean.csi.dobs"] },
  settings: [
    { variable: "DIGITALOCEAN_ACCESS_TOKEN", description: "API token", required: true, secret: true },
    { variable: "DIGITALOCEAN_API_URL", description: "URL of the API", default: "https://api.digitalocean.com" },
  ],
  diskSchema: {
    type: "object",
    properties: {
      volumeId: { type: "string", description: "the volume's id" },
      volumeName: { type: "string", description: "the volume's name, instead of its id" },
      region: { type: "string", description: "beside volumeName, where several regions have a volume of that name" },
    },
    oneOf: [{ required: ["volumeId"] }, { required: ["volumeName"] }],
  },
  restoreParameters: {
    region: { type: "string", description: "such as fra1; default: where the snapshot is", from: "zones" },
    sizeGigabytes: { type: "string", description: "size of the volume, in GiB", from: "sizeGiB" },
  },
};
