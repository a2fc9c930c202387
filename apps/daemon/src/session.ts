import { type ClusterAccess, createKubernetesClient, type KubernetesClient } from "@k8s-snapshots/k8s-source";
import { backendNames } from "./backends/backend-names.ts";
import { BackendRegistry } from "./backends/backend-registry.ts";
import { findBackends } from "./backends/find-backends.ts";
import { openCluster } from "./cluster-access.ts";
import { cancellable } from "./daemon/cancellable.ts";
import type { Settings } from "./settings/settings.ts";

/** The ways to a cluster and to its storage systems: what every command that looks at a cluster begins with. */
export interface Session extends AsyncDisposable {
  readonly access: ClusterAccess;
  readonly client: KubernetesClient;
  readonly registry: BackendRegistry;
}

/**
 * Opens both, or neither.
 *
 * @param stop - rejects with its reason when it fires meanwhile. Default: never
 * @throws {Error} if there is no way to a cluster, or a backend that `BACKENDS` names cannot be loaded: one line
 */
export async function openSession(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  stop: AbortSignal = new AbortController().signal,
): Promise<Session> {
  await using opened = new AsyncDisposableStack();
  const backends = await cancellable(findBackends(backendNames(settings)), stop);
  const access = await cancellable(openCluster(settings, environment), stop);
  const client = opened.use(createKubernetesClient(access));
  const registry = opened.use(new BackendRegistry(backends, environment, client));
  const all = opened.move();
  return { access, client, registry, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
