import type { KubernetesClient } from "./kubernetes-client.ts";

/**
 * What the API server calls whoever asks: `system:serviceaccount:k8s-snapshots:k8s-snapshots`. Everybody may ask, since
 * Kubernetes 1.28.
 *
 * @returns `undefined` if the answer does not say
 * @throws {KubernetesApiError} if the API server refuses, or knows no such question
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/}
 */
export async function readUserName(client: Pick<KubernetesClient, "request">): Promise<string | undefined> {
  const answer = await client.request({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  });
  const { status } = (answer ?? {}) as { readonly status?: { readonly userInfo?: { readonly username?: unknown } } };
  const name = status?.userInfo?.username;
  return typeof name === "string" && name !== "" ? name : undefined;
}
