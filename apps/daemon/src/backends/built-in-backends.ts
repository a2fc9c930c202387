import type { BackendManifest, BackendModule } from "@k8s-snapshots/backend-api";
import { manifest as aws } from "@k8s-snapshots/backend-aws/manifest";
import { manifest as digitalocean } from "@k8s-snapshots/backend-do/manifest";
import { manifest as google } from "@k8s-snapshots/backend-gce/manifest";
import { manifest as local } from "@k8s-snapshots/backend-local/manifest";

/** A backend that may be used: what it says of itself, and how it is loaded when the first volume asks for it. */
export interface AvailableBackend {
  readonly manifest: BackendManifest;
  readonly load: () => Promise<Pick<BackendModule, "createBackend">>;
}

/** Those that come with the daemon. */
export const builtInBackends: readonly AvailableBackend[] = [
  { manifest: aws, load: () => import("@k8s-snapshots/backend-aws") },
  { manifest: google, load: () => import("@k8s-snapshots/backend-gce") },
  { manifest: digitalocean, load: () => import("@k8s-snapshots/backend-do") },
  { manifest: local, load: () => import("@k8s-snapshots/backend-local") },
];
