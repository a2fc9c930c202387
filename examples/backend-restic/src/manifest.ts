import { BACKEND_API_VERSION, type BackendManifest } from "@k8s-snapshots/backend-api";

/** What the daemon knows of this backend before it is loaded. */
export const manifest: BackendManifest = {
  apiVersion: BACKEND_API_VERSION,
  name: "restic",
  volumes: { sources: ["hostPath", "local"] },
  // restic reads them itself, and more: https://restic.readthedocs.io/en/stable/040_backup.html#environment-variables
  settings: [
    { variable: "RESTIC_REPOSITORY", description: "the repository", required: true },
    { variable: "RESTIC_PASSWORD_FILE", description: "path of the file with the repository's password" },
    { variable: "RESTIC_PASSWORD", description: "the password itself", secret: true },
  ],
  diskSchema: {
    type: "object",
    properties: { path: { type: "string", description: "absolute path of the directory" } },
    required: ["path"],
  },
};
