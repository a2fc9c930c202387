import { readRules } from "../rules/read-rules.ts";
import { openSession } from "../session.ts";
import type { Settings } from "../settings/settings.ts";
import { type BackendCheck, checkBackends, isFine } from "./check-backends.ts";
import { type ClusterCheck, checkCluster, isClusterFine } from "./check-cluster.ts";

/** What the daemon can and cannot do here. */
export interface CheckResult {
  readonly ok: boolean;
  readonly kubernetes: ClusterCheck;
  readonly backends: readonly BackendCheck[];

  /** Why the rules could not be read: then no backend was asked. */
  readonly error?: string;
}

/**
 * Asks the cluster what it allows, reads its rules, and asks their backends what they allow.
 *
 * @throws {Error} if there is no way to a cluster, or a backend that `BACKENDS` names cannot be loaded
 */
export async function runCheck(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CheckResult> {
  await using session = await openSession(settings, environment);
  const { client, registry } = session;
  const kubernetes = await checkCluster(client, settings);
  try {
    const backends = await checkBackends(await readRules(client, registry, settings), registry.loaded);
    return { ok: isClusterFine(kubernetes) && backends.every(isFine), kubernetes, backends };
  } catch (error) {
    return { ok: false, kubernetes, backends: [], error: error instanceof Error ? error.message : String(error) };
  }
}
