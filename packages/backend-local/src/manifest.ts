import type { BackendManifest } from "@k8s-snapshots/backend-api";

/** What the daemon knows of this backend before it is loaded. */
export const manifest: BackendManifest = {
  apiVersion: 2,
  name: "local",
  volumes: { sources: ["hostPath", "local"] },
  settings: [
    { variable: "LOCAL_SNAPSHOT_DIRECTORY", description: "folder that holds the snapshots", required: true },
    { variable: "LOCAL_ROOTS", description: "directories that disks may lie in, separated by commas" },
    { variable: "LOCAL_NODE_NAME", description: "the node whose directories these are" },
  ],
  diskSchema: {
    type: "object",
    properties: { path: { type: "string", description: "absolute path of the directory" } },
    required: ["path"],
  },
  restoreParameters: {
    path: { type: "string", description: "absolute path of the new directory; default: beside the old one" },
  },
};
