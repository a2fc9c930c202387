import { BACKEND_API_VERSION, type SnapshotBackend } from "./backend.ts";
import type { BackendHost } from "./host.ts";
import type { BackendManifest } from "./manifest.ts";

/**
 * What a backend's package exports, so that the daemon can load it by name (`BACKENDS=@acme/backend-ceph`). The module is
 * loaded when the daemon starts; what is heavy, such as an SDK, is imported by the factory.
 *
 * @example
 * ```ts
 * export { manifest } from "./manifest.js";
 *
 * export const createBackend: BackendFactory = async ({ environment }) => {
 *   const { CephBackend } = await import("./ceph-backend.js");
 *   return new CephBackend(parseConfig(environment));
 * };
 * ```
 */
export interface BackendModule {
  readonly manifest: BackendManifest;
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

  /** What the daemon offers. Default: nothing, as in a test. */
  readonly host?: BackendHost;
}

/**
 * What is wrong with a value that should be a backend, in one sentence; `undefined` if nothing is. The daemon calls it
 * on what a factory returned.
 *
 * @param name - the manifest's. Default: any
 */
export function describeBackendFault(value: unknown, name?: string): string | undefined {
  if (typeof value !== "object" || value === null) return `createBackend returned ${String(value)}, not a backend`;
  const backend = value as Partial<SnapshotBackend>;
  if (backend.apiVersion !== BACKEND_API_VERSION) {
    return `its apiVersion is ${JSON.stringify(backend.apiVersion)}; this release needs ${BACKEND_API_VERSION}`;
  }
  if (typeof backend.name !== "string" || backend.name === "") return "its name is missing";
  if (name !== undefined && backend.name !== name) return `its name is ${backend.name}, and ${name} in its manifest`;
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
  ["removeRestored", "removeRestored"],
  ["read", "readSnapshot"],
  ["setLabels", "setSnapshotLabels"],
  ["groups", "createSnapshotGroup"],
  ["watch", "watchSnapshots"],
  ["limits", "readLimits"],
] as const;
