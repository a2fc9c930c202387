import { createKubernetesClient } from "@k8s-snapshots/k8s-source";
import { backendNames } from "../backends/backend-names.ts";
import { BackendRegistry } from "../backends/backend-registry.ts";
import { openCluster } from "../cluster.ts";
import { readRules } from "../rules/read-rules.ts";
import type { Settings } from "../settings/settings.ts";
import { type BackendCheck, checkBackends } from "./check-backends.ts";

/**
 * Reads the cluster's rules and asks their backends what they may do.
 *
 * @throws {Error} if the cluster cannot be read, or a backend that `BACKENDS` names cannot be loaded
 */
export async function runCheck(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<BackendCheck[]> {
  const registry = await BackendRegistry.open(backendNames(settings), environment);
  const client = createKubernetesClient(await openCluster(settings, environment));
  try {
    return await checkBackends(await readRules(client, registry, settings), registry.loaded);
  } finally {
    await registry.close();
    client.close();
  }
}
