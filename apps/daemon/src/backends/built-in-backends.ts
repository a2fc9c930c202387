import type { BackendModule, PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { mayBeEbsVolume } from "@k8s-snapshots/backend-aws/ebs-drivers";

/** A backend that comes with the daemon. It is imported when the first volume asks for it. */
export interface BuiltInBackend {
  readonly name: string;
  readonly aliases: readonly string[];

  /** Whether the volume may be of this backend: cheap, so that no other cloud's SDK is loaded to find out. */
  readonly mayOwn: (volume: PersistentVolumeView) => boolean;

  readonly load: () => Promise<BackendModule>;
}

export const builtInBackends: readonly BuiltInBackend[] = [
  {
    name: "aws",
    aliases: [],
    mayOwn: (volume) => mayBeEbsVolume(volume, process.env),
    load: () => import("@k8s-snapshots/backend-aws"),
  },
  {
    name: "google",
    aliases: ["googlecsi"],
    mayOwn: ({ spec }) =>
      spec.gcePersistentDisk !== undefined ||
      spec.csi?.driver === "pd.csi.storage.gke.io" ||
      spec.csi?.driver === "gce-pd.csi.storage.gke.io",
    load: () => import("@k8s-snapshots/backend-gce"),
  },
  {
    name: "digitalocean",
    aliases: [],
    mayOwn: ({ spec }) => spec.csi?.driver === "dobs.csi.digitalocean.com",
    load: () => import("@k8s-snapshots/backend-do"),
  },
  {
    name: "local",
    aliases: [],
    mayOwn: ({ spec }) => spec.hostPath !== undefined || spec.local !== undefined,
    load: () => import("@k8s-snapshots/backend-local"),
  },
];
