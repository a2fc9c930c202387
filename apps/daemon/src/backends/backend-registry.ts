import {
  BackendError,
  type BackendModule,
  type CallOptions,
  type Disk,
  type DiskSpec,
  describeBackendFault,
  isBackendError,
  type PersistentVolumeView,
  type SnapshotBackend,
} from "@k8s-snapshots/backend-api";
import { BackendLoadError, DiskLookupError } from "./backend-errors.ts";
import { type BuiltInBackend, builtInBackends } from "./built-in-backends.ts";
import { CallLimit } from "./call-limit.ts";

/** Most lookups of disks in one backend at once. */
const LOOKUPS_AT_ONCE = 10;
const LOOKUP_LIMIT_MS = 30_000;

/** A disk, and whose it is. */
export interface OwnedDisk {
  readonly backend: string;
  readonly disk: Disk;
}

interface Entry extends BuiltInBackend {
  readonly lookups: CallLimit;
  loading?: Promise<SnapshotBackend>;
}

/** The backends that the daemon may use, each loaded when it is first needed. */
export class BackendRegistry implements AsyncDisposable {
  readonly #entries: Entry[];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #loaded = new Map<string, SnapshotBackend>();

  private constructor(entries: Entry[], environment: Readonly<Record<string, string>>) {
    this.#entries = entries;
    this.#environment = environment;
  }

  /**
   * @param names - built-in names or npm packages; `undefined`: all built-in ones
   * @throws {BackendLoadError} if a package cannot be imported, is not a backend, or is of another version of the contract.
   *   Built-in ones are not loaded yet.
   */
  static async open(
    names: readonly string[] | undefined,
    environment: Readonly<Record<string, string | undefined>>,
  ): Promise<BackendRegistry> {
    const entries = (names ?? builtInBackends.map(({ name }) => name)).map(
      (name): Entry => ({
        ...(builtInBackends.find((backend) => backend.name === name) ?? packageBackend(name)),
        lookups: new CallLimit(LOOKUPS_AT_ONCE),
      }),
    );
    const registry = new BackendRegistry(entries, withoutEmpty(environment));
    for (const entry of entries) {
      if (!builtInBackends.some(({ name }) => name === entry.name)) await registry.#load(entry);
    }
    return registry;
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
      if (!entry.mayOwn(volume)) continue;
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
      const loaded = await entry.loading?.catch(() => undefined);
      const names = [entry.name, ...entry.aliases, loaded?.name, ...(loaded?.aliases ?? [])];
      if (!names.includes(name)) continue;
      const backend = await this.#load(entry);
      const disk = await lookUp(entry, backend.name, (options) => backend.diskForSpec(spec, options));
      return { backend: backend.name, disk };
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#loaded.values()].map((backend) => backend.close?.()));
  }

  #load(entry: Entry): Promise<SnapshotBackend> {
    entry.loading ??= this.#make(entry);
    return entry.loading;
  }

  async #make(entry: Entry): Promise<SnapshotBackend> {
    const backend = await this.#create(entry);
    const other = this.#loaded.get(backend.name);
    if (other !== undefined) throw new BackendLoadError(entry.name, `there is another one of the name ${backend.name}`);
    this.#loaded.set(backend.name, backend);
    return backend;
  }

  async #create(entry: Entry): Promise<SnapshotBackend> {
    const { createBackend } = await this.#import(entry);
    if (typeof createBackend !== "function") {
      throw new BackendLoadError(entry.name, "it exports no createBackend, so it is no backend: correct BACKENDS");
    }
    let made: unknown;
    try {
      made = await createBackend({ environment: this.#environment });
    } catch (error) {
      throw new BackendLoadError(entry.name, firstLine(error), { cause: error });
    }
    const fault = describeBackendFault(made);
    if (fault === undefined) return made as SnapshotBackend;
    throw new BackendLoadError(entry.name, `${fault}: install another release of it, or take it out of BACKENDS`);
  }

  async #import({ name, load }: Entry): Promise<Partial<BackendModule>> {
    try {
      return await load();
    } catch (error) {
      const why = isAbsent(error, name)
        ? `it is neither built in (${names.join(", ")}) nor installed: ${adviceFor(name)}`
        : `${firstLine(error)}: repair its installation, or take it out of BACKENDS`;
      throw new BackendLoadError(name, why, { cause: error });
    }
  }
}

const names = builtInBackends.map(({ name }) => name);

/** Only what may be the name of a package can be installed. */
function adviceFor(name: string): string {
  const meant = builtInBackends.find(({ name: own, aliases }) =>
    [own, ...aliases].some((known) => known === name.toLowerCase()),
  );
  if (meant !== undefined) return `did you mean ${meant.name}?`;
  const isPackageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name);
  return isPackageName ? `npm install ${name}, or correct BACKENDS` : "correct BACKENDS";
}

/** Whether there is no such package, as opposed to one that lacks something. */
function isAbsent(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === "ERR_MODULE_NOT_FOUND" && String(message).includes(`'${name}'`);
}

function packageBackend(name: string): BuiltInBackend {
  return { name, aliases: [], mayOwn: () => true, load: () => import(name) as Promise<BackendModule> };
}

async function lookUp<T>(entry: Entry, backend: string, call: (options: CallOptions) => Promise<T>): Promise<T> {
  try {
    return await entry.lookups.run(() => {
      const signal = AbortSignal.timeout(LOOKUP_LIMIT_MS);
      // First, so that this is reported, and not that the call was aborted.
      const over = whenOver(signal);
      return Promise.race([over, call({ signal })]);
    });
  } catch (error) {
    const { message } = error as Error;
    throw new DiskLookupError(backend, isBackendError(error) ? error : new BackendError("unexpected", message));
  }
}

/** Also for a backend that does not heed its signal. */
function whenOver(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const message = `the backend did not say within ${LOOKUP_LIMIT_MS / 1_000} s which disk is meant`;
    signal.addEventListener("abort", () => reject(new BackendError("unavailable", message)), { once: true });
  });
}

function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] as string;
}
