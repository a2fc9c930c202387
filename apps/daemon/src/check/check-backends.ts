import { type AccessCheck, isBackendError, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { ResolvedRules } from "../rules/resolved-rules.ts";

/** What one backend may do in one location. */
export interface BackendCheck {
  readonly backend: string;

  /** `undefined` if it could not be determined, or nothing is there yet. */
  readonly location: string | undefined;

  /** Empty if they could not be found out. */
  readonly permissions: readonly AccessCheck[];

  /** Why they could not be found out, or why it cannot work. */
  readonly error?: string;
}

const CHECK_LIMIT_MS = 60_000;

/**
 * Asks each backend that a rule needs what it may do, in each location where a rule has a disk.
 *
 * @param loaded - by {@link SnapshotBackend.name}: one without a disk is in the answer without a location
 * @param onStep - called with which one is asked next. Default: no listener
 */
export async function checkBackends(
  { rules, findings }: Pick<ResolvedRules, "rules" | "findings">,
  loaded: ReadonlyMap<string, SnapshotBackend>,
  onStep: (step: string) => void = () => undefined,
): Promise<BackendCheck[]> {
  const places = new Map(rules.map(({ backend, disk }) => [`${backend} ${disk.location}`, [backend, disk.location]]));
  const checks = [...places.values()].map(([name = "", location = ""]) => {
    onStep(`Asking ${name} in ${location}`);
    return checkLocation(loaded.get(name) as SnapshotBackend, location);
  });
  const failures = new Map<string, BackendCheck>();
  for (const { failure, message } of findings) {
    if (failure === undefined || failures.has(failure.backend)) continue;
    const { backend } = failure;
    failures.set(backend, { backend, location: undefined, permissions: [], error: message });
  }
  const seen = new Set([...rules.map(({ backend }) => backend), ...failures.keys()]);
  const idle = [...loaded.keys()]
    .filter((backend) => !seen.has(backend))
    .map((backend): BackendCheck => ({ backend, location: undefined, permissions: [] }));
  return [...(await Promise.all(checks)), ...failures.values(), ...idle];
}

/** Whether the daemon can do its work as far as the check can tell. */
export function isFine({ permissions, error }: BackendCheck): boolean {
  return error === undefined && permissions.every(({ status, optional }) => status !== "missing" || optional === true);
}

async function checkLocation(backend: SnapshotBackend, location: string): Promise<BackendCheck> {
  try {
    const { checks } = await backend.checkAccess(location, { signal: AbortSignal.timeout(CHECK_LIMIT_MS) });
    return { backend: backend.name, location, permissions: checks };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const said = isBackendError(error) && error.code === "aborted" ? `no answer within a minute` : message;
    return { backend: backend.name, location, permissions: [], error: said };
  }
}
