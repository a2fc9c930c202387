import { type BackendModule, describeManifestFault } from "@k8s-snapshots/backend-api";
import { BackendLoadError } from "./backend-errors.ts";
import { type AvailableBackend, builtInBackends } from "./built-in-backends.ts";
import { firstLine } from "./first-line.ts";

const builtInNames = builtInBackends.map(({ manifest }) => manifest.name);

/**
 * The backends that `BACKENDS` names: built-in ones, and npm packages. Nothing of them is made yet.
 *
 * @param names - `undefined`: all built-in ones
 * @throws {BackendLoadError} if there is no such package, it cannot be imported, or it is not a backend of this contract; or if
 *   two backends have one name
 */
export async function findBackends(names: readonly string[] | undefined): Promise<readonly AvailableBackend[]> {
  const backends = names === undefined ? builtInBackends : await Promise.all(names.map(findBackend));
  const seen = new Set<string>();
  for (const { manifest } of backends) {
    if (seen.has(manifest.name)) throw new BackendLoadError(manifest.name, "BACKENDS has two of that name");
    seen.add(manifest.name);
  }
  return backends;
}

async function findBackend(name: string): Promise<AvailableBackend> {
  const builtIn = builtInBackends.find(({ manifest }) => manifest.name === name);
  if (builtIn !== undefined) return builtIn;
  const { manifest, createBackend } = await importPackage(name);
  if (typeof createBackend !== "function") {
    throw new BackendLoadError(name, "it exports no createBackend, so it is not a backend: correct BACKENDS");
  }
  const fault = describeManifestFault(manifest);
  if (fault !== undefined) throw new BackendLoadError(name, fault);
  return { manifest: manifest as BackendModule["manifest"], load: async () => ({ createBackend }) };
}

async function importPackage(name: string): Promise<Partial<BackendModule>> {
  try {
    return (await import(name)) as Partial<BackendModule>;
  } catch (error) {
    const why = isAbsent(error, name)
      ? `it is neither built in (${builtInNames.join(", ")}) nor installed: ${adviceFor(name)}`
      : `${firstLine(error)}: repair its installation, or take it out of BACKENDS`;
    throw new BackendLoadError(name, why, { cause: error });
  }
}

/** Whether there is no such package, as opposed to one that lacks something. */
function isAbsent(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === "ERR_MODULE_NOT_FOUND" && String(message).includes(`'${name}'`);
}

/** Only what may be the name of a package can be installed. */
function adviceFor(name: string): string {
  const meant = builtInBackends.find(({ manifest }) =>
    [manifest.name, ...(manifest.aliases ?? [])].some((known) => known === name.toLowerCase()),
  );
  if (meant !== undefined) return `did you mean ${meant.manifest.name}?`;
  const isPackageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name);
  return isPackageName ? `npm install ${name}, or correct BACKENDS` : "correct BACKENDS";
}
