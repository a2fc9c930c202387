import {
  type AccessCheck,
  isBackendError,
  type LocationLimits,
  type SnapshotBackend,
} from "@k8s-snapshots/backend-api";
import type { Rule } from "@k8s-snapshots/scheduler";
import { type AccountNeed, accountNeed, exceededOf } from "../account-limits/account-need.ts";
import type { ResolvedRules } from "../rules/resolved-rules.ts";

/** What one backend may do in one location. */
export interface BackendCheck {
  readonly backend: string;

  /** `undefined` if it could not be determined, or nothing is there yet. */
  readonly location: string | undefined;

  /** Empty if they could not be found out. */
  readonly permissions: readonly AccessCheck[];

  /** What the storage system says that it allows; absent where it says nothing, or may not be asked. */
  readonly limits?: LocationLimits;

  /** The most snapshots that the rules keep there at once. */
  readonly needed?: number;

  /** What the rules need there, beside what the account allows. */
  readonly need?: AccountNeed;

  /** Why they could not be found out, or why it cannot work. */
  readonly error?: string;
}

const CHECK_LIMIT_MS = 60_000;

/**
 * Asks each backend that a rule needs what it may do, in each location where a rule has a disk.
 *
 * @param loaded - by {@link SnapshotBackend.name}: one without a disk is in the answer without a location
 * @param onStep - called with which one is asked next. Default: no listener
 * @param minInterval - the shortest interval allowed, in milliseconds. Default: any
 */
export async function checkBackends(
  { rules, findings }: Pick<ResolvedRules, "rules" | "findings">,
  loaded: ReadonlyMap<string, SnapshotBackend>,
  onStep: (step: string) => void = () => undefined,
  minInterval = 0,
): Promise<BackendCheck[]> {
  const places = Map.groupBy(rules, ({ backend, disk }) => `${backend} ${disk.location}`);
  const checks = [...places.values()].map((group) => {
    const { backend, disk } = group[0] as Rule;
    onStep(`Asking ${backend} in ${disk.location}`);
    return checkLocation(loaded.get(backend) as SnapshotBackend, disk.location, group, minInterval);
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
export function isFine(check: BackendCheck): boolean {
  const { permissions, error } = check;
  const isLacking = permissions.some(({ status, optional }) => status === "missing" && optional !== true);
  return error === undefined && !isLacking && !exceedsLimit(check);
}

/**
 * Whether the rules keep more snapshots than the storage system allows. A rate above what is declared is no such fault: AWS
 * raises it, and says nowhere that it has.
 */
export function exceedsLimit({ need }: BackendCheck): boolean {
  return need !== undefined && exceededOf(need).includes("snapshots");
}

async function checkLocation(
  backend: SnapshotBackend,
  location: string,
  rules: readonly Rule[],
  minInterval: number,
): Promise<BackendCheck> {
  const options = { signal: AbortSignal.timeout(CHECK_LIMIT_MS) };
  try {
    const { checks } = await backend.checkAccess(location, options);
    // What it may not say is missing among the permissions, and only a part needs it.
    const limits = await backend.readLimits?.(location, options).catch(() => undefined);
    const deltas = rules.flatMap((rule) => rule.deltas ?? []);
    const need = accountNeed({ deltas, minInterval, capabilities: backend.capabilities, limits });
    const { snapshots: needed } = need.needed;
    return { backend: backend.name, location, permissions: checks, ...(limits && { limits, needed }), need };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const said = isBackendError(error) && error.code === "aborted" ? `no answer within a minute` : message;
    return { backend: backend.name, location, permissions: [], error: said };
  }
}
