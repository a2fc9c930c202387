import {
  BackendError,
  type BackendManifest,
  type CallOptions,
  type Disk,
  type DiskSpec,
  describeBackendFault,
  isBackendError,
  type KubernetesApi,
  mayOwnVolume,
  type PersistentVolumeView,
  type SnapshotBackend,
} from "@k8s-snapshots/backend-api";
import { BackendLoadError, DiskLookupError } from "./backend-errors.ts";
import type { AvailableBackend } from "./built-in-backends.ts";
import { CallLimit } from "./call-limit.ts";
import { firstLine } from "./first-line.ts";

/** Most lookups of disks in one backend at once. */
const LOOKUPS_AT_ONCE = 10;
const LOOKUP_LIMIT_MS = 30_000;

/** A disk, and whose it is. */
export interface OwnedDisk {
  readonly backend: string;
  readonly disk: Disk;
}

interface Entry extends AvailableBackend {
  readonly lookups: CallLimit;
  loading?: Promise<SnapshotBackend>;
}

/** The backends that the daemon may use, each made when it is first needed. */
export class BackendRegistry implements AsyncDisposable {
  readonly #entries: readonly Entry[];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #kubernetes: KubernetesApi | undefined;
  readonly #stop = new AbortController();
  readonly #loaded = new Map<string, SnapshotBackend>();

  /** @param kubernetes - for backends that need the cluster. Default: they get none */
  constructor(
    backends: readonly AvailableBackend[],
    environment: Readonly<Record<string, string | undefined>>,
    kubernetes?: KubernetesApi,
  ) {
    this.#entries = backends.map((backend) => ({ ...backend, lookups: new CallLimit(LOOKUPS_AT_ONCE) }));
    this.#environment = withoutEmpty(environment);
    this.#kubernetes = kubernetes;
  }

  /** By {@link SnapshotBackend.name}; grows as backends are needed. */
  get loaded(): ReadonlyMap<string, SnapshotBackend> {
    return this.#loaded;
  }

  /**
   * Which disk a volume is; `undefined` if it is of no backend here.
   *
   * @throws {BackendLoadError} if its backend cannot be used
   * @throws {DiskLookupError} if {@link SnapshotBackend.diskForVolume} rejects
   */
  async diskForVolume(volume: PersistentVolumeView): Promise<OwnedDisk | undefined> {
    for (const entry of this.#entries) {
      if (!mayOwnVolume(entry.manifest, volume, this.#environment)) continue;
      const backend = await this.#load(entry);
      const disk = await lookUp(entry, backend.name, (options) => backend.diskForVolume(volume, options));
      if (disk !== undefined) return { backend: backend.name, disk };
    }
    return undefined;
  }

  /**
   * Which disk a SnapshotRule names; `undefined` if there is no backend of that name here.
   *
   * @throws {BackendLoadError} if the backend cannot be used
   * @throws {DiskLookupError} if {@link SnapshotBackend.diskForSpec} rejects
   */
  async diskForSpec(name: string, spec: DiskSpec): Promise<OwnedDisk | undefined> {
    for (const entry of this.#entries) {
      if (![entry.manifest.name, ...(entry.manifest.aliases ?? [])].includes(name)) continue;
      const backend = await this.#load(entry);
      const disk = await lookUp(entry, backend.name, (options) => backend.diskForSpec(spec, options));
      return { backend: backend.name, disk };
    }
    return undefined;
  }

  /**
   * A backend by its name or an alias; `undefined` if there is none of that name here.
   *
   * @throws {BackendLoadError} if it cannot be used
   */
  async open(
    name: string,
  ): Promise<{ readonly backend: SnapshotBackend; readonly manifest: BackendManifest } | undefined> {
    const entry = this.#entries.find(({ manifest }) => [manifest.name, ...(manifest.aliases ?? [])].includes(name));
    return entry && { backend: await this.#load(entry), manifest: entry.manifest };
  }

  /** Names of the backends here. */
  get names(): readonly string[] {
    return this.#entries.map(({ manifest }) => manifest.name);
  }

  /** Names of the parameters that snapshots of a backend may be made with. */
  parametersOf(name: string): readonly string[] {
    const entry = this.#entries.find(({ manifest }) => manifest.name === name);
    return Object.keys(entry?.manifest.parameters ?? {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#loaded.values()].map((backend) => backend.close?.()));
  }

  #load(entry: Entry): Promise<SnapshotBackend> {
    entry.loading ??= this.#make(entry);
    return entry.loading;
  }

  async #make({ manifest, load }: Entry): Promise<SnapshotBackend> {
    const { name } = manifest;
    const { createBackend } = await load();
    const host = {
      userAgent: "k8s-snapshots",
      signal: this.#stop.signal,
      ...(this.#kubernetes && { kubernetes: this.#kubernetes }),
    };
    let made: unknown;
    try {
      made = await createBackend({ environment: this.#environment, host });
    } catch (error) {
      throw new BackendLoadError(name, firstLine(error), { cause: error });
    }
    const fault = describeBackendFault(made, name);
    if (fault !== undefined) {
      throw new BackendLoadError(name, `${fault}: install another release of it, or take it out of BACKENDS`);
    }
    this.#loaded.set(name, made as SnapshotBackend);
    return made as SnapshotBackend;
  }
}

async function lookUp<T>(entry: Entry, backend: string, call: (options: CallOptions) => Promise<T>): Promise<T> {
  try {
    return await entry.lookups.run(() => withinLimit(call));
  } catch (error) {
    const { message } = error as Error;
    throw new DiskLookupError(backend, isBackendError(error) ? error : new BackendError("unexpected", message));
  }
}

/** Also for a backend that does not heed its signal. Of a lookup that ended nothing stays: there are as many as volumes. */
async function withinLimit<T>(call: (options: CallOptions) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // First, so that this is reported, and not that the call was aborted.
      const message = `the backend did not say within ${LOOKUP_LIMIT_MS / 1_000} s which disk is meant`;
      reject(new BackendError("unavailable", message));
      abort.abort();
    }, LOOKUP_LIMIT_MS).unref();
  });
  try {
    return await Promise.race([over, call({ signal: abort.signal })]);
  } finally {
    clearTimeout(timer);
  }
}

function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
