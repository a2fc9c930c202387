import { BACKEND_API_VERSION, type SnapshotBackend } from "./backend.ts";

/**
 * What a backend's package exports, so that the daemon can load it by name (`BACKENDS=@acme/backend-ceph`).
 *
 * @example
 * ```ts
 * export const createBackend: BackendFactory = ({ environment }) => new CephBackend(parseConfig(environment));
 * ```
 */
export interface BackendModule {
  readonly createBackend: BackendFactory;
}

/**
 * Makes a backend. Reads its settings once, from the environment that it is given, and opens no connection yet.
 *
 * @throws {Error} if a setting is missing or wrong: one line that names the variable.
 */
export type BackendFactory = (context: BackendContext) => SnapshotBackend | Promise<SnapshotBackend>;

/** What a {@link BackendFactory} is given. */
export interface BackendContext {
  /** The process's environment variables, the empty ones left out. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * What is wrong with a value that should be a backend, in one sentence; `undefined` if nothing is. The daemon calls it
 * on what a factory returned.
 */
export function describeBackendFault(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return `createBackend returned ${String(value)}, not a backend`;
  const backend = value as Partial<SnapshotBackend>;
  if (backend.apiVersion !== BACKEND_API_VERSION) {
    return `its apiVersion is ${JSON.stringify(backend.apiVersion)}; this release needs ${BACKEND_API_VERSION}`;
  }
  if (typeof backend.name !== "string" || backend.name === "") return "its name is missing";
  if (typeof backend.capabilities !== "object" || backend.capabilities === null) return "its capabilities are missing";
  const missing = requiredMethods.filter((method) => typeof backend[method] !== "function");
  if (missing.length > 0) return `it lacks ${missing.join(", ")}`;
  for (const [capability, method] of optionalMethods) {
    const isDeclared = backend.capabilities[capability] ?? false;
    if (isDeclared !== (typeof backend[method] === "function")) {
      return `capabilities.${capability} and ${method} contradict each other`;
    }
  }
  return undefined;
}

const requiredMethods = [
  "diskForVolume",
  "diskForSpec",
  "listSnapshots",
  "createSnapshot",
  "deleteSnapshot",
  "checkAccess",
] as const;

const optionalMethods = [
  ["restore", "restoreSnapshot"],
  ["read", "readSnapshot"],
  ["setLabels", "setSnapshotLabels"],
] as const;
