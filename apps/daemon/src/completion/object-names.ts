import { createKubernetesClient, type KubernetesClient, SNAPSHOT_RULE_API_VERSION } from "@k8s-snapshots/k8s-source";
import { openCluster } from "../cluster-access.ts";
import type { Settings } from "../settings/settings.ts";

/** Names that a shell offers. Empty where the cluster does not answer at once: a completion never fails. */
export interface ObjectNames {
  readonly namespaces: readonly string[];

  /** `pvc/NAME`, `rule/NAME` of one namespace, and `pv/NAME`. */
  readonly objects: readonly string[];
}

/** Longer than that nobody waits for a name. */
const LONGEST_WAIT = 2_000;

/** A shell shows a screenful. */
const MOST_NAMES = 500;

/** @param namespace - of the objects. Default: the context's */
export async function readObjectNames(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  namespace: string | undefined,
): Promise<ObjectNames> {
  try {
    const access = await openCluster(settings, environment);
    using client = createKubernetesClient(access, { timeoutMs: LONGEST_WAIT });
    const space = encodeURIComponent(namespace ?? access.namespace ?? "default");
    const [namespaces, claims, rules, volumes] = await Promise.all([
      namesOf(client, "/api/v1/namespaces"),
      namesOf(client, `/api/v1/namespaces/${space}/persistentvolumeclaims`),
      namesOf(client, `/apis/${SNAPSHOT_RULE_API_VERSION}/namespaces/${space}/snapshotrules`),
      namesOf(client, "/api/v1/persistentvolumes"),
    ]);
    const objects = [
      ...claims.map((name) => `pvc/${name}`),
      ...rules.map((name) => `rule/${name}`),
      ...volumes.map((name) => `pv/${name}`),
    ];
    return { namespaces, objects };
  } catch {
    return { namespaces: [], objects: [] };
  }
}

async function namesOf(client: Pick<KubernetesClient, "request">, path: string): Promise<readonly string[]> {
  try {
    const answer = (await client.request({ path, query: { limit: MOST_NAMES } })) as { readonly items?: unknown };
    if (!Array.isArray(answer.items)) return [];
    return answer.items.flatMap((item: { readonly metadata?: { readonly name?: unknown } } | null) => {
      const name = item?.metadata?.name;
      return typeof name === "string" ? [name] : [];
    });
  } catch {
    // Who may not list one kind is offered the others.
    return [];
  }
}
