import type { KubernetesClient } from "./kubernetes-client.ts";
import { MalformedAnswerError } from "./kubernetes-error.ts";

/** Every cluster has it, nobody can delete it, and a cluster that is built anew has another one. */
export const CLUSTER_ID_NAMESPACE = "kube-system";

/**
 * What tells a cluster from all others: the uid of its namespace `kube-system`.
 *
 * @throws as {@link KubernetesClient.request}; {@link MalformedAnswerError} if the answer has no uid
 * @see {@link https://opentelemetry.io/docs/specs/semconv/resource/k8s/#cluster} OpenTelemetry takes it for the same
 */
export async function readClusterId(client: Pick<KubernetesClient, "request">): Promise<string> {
  const path = `/api/v1/namespaces/${CLUSTER_ID_NAMESPACE}`;
  const namespace = await client.request({ path });
  const { metadata } = (namespace ?? {}) as { readonly metadata?: { readonly uid?: unknown } };
  if (typeof metadata?.uid === "string" && metadata.uid !== "") return metadata.uid;
  throw new MalformedAnswerError(`GET ${path}: the answer has no uid`);
}
