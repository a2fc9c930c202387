import {
  BackendError,
  type BackendModule,
  type Disk,
  type DiskSpec,
  type PersistentVolumeView,
  type SnapshotBackend,
} from "@k8s-snapshots/backend-api";
import type { AvailableBackend } from "../backends/built-in-backends.ts";
import { fileDiskId } from "./file-snapshots.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Nobody is asked, so that nobody needs to be known: who the daemon is stays out. */
const credentials: ReadonlySet<string> = new Set([
  ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS"],
  ...["GCLOUD_CREDENTIALS_FILE", "GCLOUD_JSON_KEYFILE_NAME", "GCLOUD_JSON_KEYFILE_STRING"],
]);

/** What backends are made with where nothing may be asked, not even the machine's metadata. */
export function offlineEnvironment(environment: Environment): Environment {
  const kept = Object.entries(environment).filter(([name]) => !credentials.has(name));
  return {
    ...Object.fromEntries(kept),
    AWS_EC2_METADATA_DISABLED: "true",
    METADATA_SERVER_DETECTION: "none",
    DIGITALOCEAN_ACCESS_TOKEN: "not-used",
  };
}

/** The backends, as far as they say which disk is meant without asking anybody. */
export function offlineBackends(backends: readonly AvailableBackend[]): readonly AvailableBackend[] {
  return backends.map(({ manifest, load }) => ({
    manifest,
    load: async () => {
      const { createBackend } = await load();
      const offline: BackendModule["createBackend"] = async (context) =>
        new OfflineBackend(await createBackend(context));
      return { createBackend: offline };
    },
  }));
}

class OfflineBackend implements SnapshotBackend {
  readonly apiVersion: SnapshotBackend["apiVersion"];
  readonly name: string;
  readonly capabilities: SnapshotBackend["capabilities"];
  readonly #backend: SnapshotBackend;

  constructor(backend: SnapshotBackend) {
    const { apiVersion, name, capabilities } = backend;
    const { minIntervalMs, maxSnapshotsPerDisk } = capabilities;
    this.apiVersion = apiVersion;
    this.name = name;
    this.capabilities = {
      restore: false,
      ...(minIntervalMs !== undefined && { minIntervalMs }),
      ...(maxSnapshotsPerDisk !== undefined && { maxSnapshotsPerDisk }),
    };
    this.#backend = backend;
  }

  async diskForVolume(volume: PersistentVolumeView): Promise<Disk | undefined> {
    return this.name === "google" ? googleDisk(volume) : this.#backend.diskForVolume(volume);
  }

  async diskForSpec(spec: DiskSpec): Promise<Disk> {
    if (this.name === "google") {
      const { name, zone, region } = spec as Readonly<Record<string, unknown>>;
      if (typeof name !== "string" || typeof (zone ?? region) !== "string")
        throw new BackendError("invalid", "spec.disk must have name, and zone or region");
      return { location: LOCATION, id: `${zone ?? region}/${name}` };
    }
    if ("volumeName" in spec) {
      throw new BackendError(
        "invalid",
        "spec.disk.volumeName has to be looked up, and only files are read: let the command read the cluster",
      );
    }
    return this.#backend.diskForSpec(spec);
  }

  // biome-ignore lint/correctness/useYield: it has none
  async *listSnapshots(): AsyncGenerator<never> {
    throw nothingHere();
  }

  async createSnapshot(): Promise<never> {
    throw nothingHere();
  }

  async deleteSnapshot(): Promise<never> {
    throw nothingHere();
  }

  async checkAccess(): Promise<never> {
    throw nothingHere();
  }

  async close(): Promise<void> {
    await this.#backend.close?.();
  }
}

/** Of Google's disks, whose project need not be known. */
const LOCATION = "the project";

const zoneKeys = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone", "topology.gke.io/zone"];

function googleDisk({ metadata, spec }: PersistentVolumeView): Disk | undefined {
  const handle = spec.csi?.volumeHandle;
  if (handle !== undefined) return { location: LOCATION, id: fileDiskId(handle) };
  const name = spec.gcePersistentDisk?.pdName;
  if (name === undefined) return undefined;
  const zones = zoneKeys.flatMap((key) => metadata.labels?.[key]?.split("__") ?? []);
  const named = new Set(zones);
  const [zone] = named;
  if (zone === undefined) {
    throw new BackendError("invalid", `volume ${metadata.name} says no zone: set the label ${zoneKeys[0]}`);
  }
  return { location: LOCATION, id: `${named.size === 1 ? zone : zone.replace(/-[^-]+$/, "")}/${name}` };
}

function nothingHere(): Error {
  return new BackendError("unavailable", "only files are read");
}
