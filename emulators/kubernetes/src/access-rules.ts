import { ApiError } from "./api-error.ts";
import { type JsonObject, textAt } from "./kubernetes-object.ts";
import type { RequestInfo } from "./request-info.ts";
import { matchesRequest, type RequestMatch } from "./request-match.ts";

/** Whom refusals speak of; there are no users here, and no credentials are asked for. */
const user = "kubernetes-emulator";

/** What is forbidden. Everything else is allowed. */
export class AccessRules {
  readonly #denied = new Set<RequestMatch>();

  /**
   * Refuses requests from now on, as RBAC would: 403. Watches that are open stay open, as they do in a real server.
   *
   * @param verb - `list`, `watch`, …; `*` is all
   * @param resource - `persistentvolumes`, `persistentvolumes/status`, `leases.coordination.k8s.io`; `*` is all
   * @param namespace - where; left out, everywhere
   * @returns a function that takes the rule back
   */
  deny(verb: string, resource: string, namespace?: string): () => void {
    const rule: RequestMatch = { verb, resource, ...(namespace === undefined ? {} : { namespace }) };
    this.#denied.add(rule);
    return () => this.#denied.delete(rule);
  }

  /** Allows everything again. */
  clear(): void {
    this.#denied.clear();
  }

  /**
   * @throws {ApiError} 403 if the request is forbidden
   * @internal
   */
  assertAllowed(request: RequestInfo): void {
    if (!this.#isDenied(request)) return;
    const { verb, resource = "", subresource, group = "", namespace, name } = request;
    const target = subresource === undefined ? resource : `${resource}/${subresource}`;
    const qualified = group === "" ? resource : `${resource}.${group}`;
    const scope = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
    const subject = name === undefined ? qualified : `${qualified} "${name}"`;
    const why = `User "${user}" cannot ${verb} resource "${target}" in API group "${group}" ${scope}`;
    throw new ApiError(403, "Forbidden", `${subject} is forbidden: ${why}`, {
      details: { ...(name === undefined ? {} : { name }), ...(group === "" ? {} : { group }), kind: resource },
    });
  }

  /**
   * The answer to a SelfSubjectAccessReview: the review with its status.
   *
   * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/}
   * @internal
   */
  review(review: JsonObject): JsonObject {
    const attribute = (field: string): string | undefined =>
      textAt(review, `spec.resourceAttributes.${field}`) || undefined;
    const denied = this.#isDenied({
      method: "",
      path: "",
      query: new URLSearchParams(),
      version: attribute("version"),
      verb: attribute("verb") ?? "",
      group: attribute("group") ?? "",
      resource: attribute("resource"),
      subresource: attribute("subresource"),
      namespace: attribute("namespace"),
      name: attribute("name"),
    });
    return { metadata: {}, ...review, status: { allowed: !denied } };
  }

  #isDenied(request: RequestInfo): boolean {
    if (request.resource === undefined) return false;
    return [...this.#denied].some((rule) => matchesRequest(rule, request));
  }
}
