import { snapshotRuleDefinition } from "../crd/snapshot-rule-definition.ts";
import { CLUSTER_ID_NAMESPACE } from "./cluster-id.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";

/** A right in the cluster. */
export interface RequiredPermission {
  readonly verb: "get" | "list" | "watch" | "create" | "patch" | "delete";
  /** Empty: the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** The one object that it is about. Absent: all of them. */
  readonly name?: string;
  /** The namespace that it is about. Absent: all of them. */
  readonly namespace?: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
}

const { group } = snapshotRuleDefinition.spec;

/** What `readClusterId` needs. */
export const clusterIdPermission: RequiredPermission = {
  verb: "get",
  group: "",
  resource: "namespaces",
  name: CLUSTER_ID_NAMESPACE,
  purpose: "to tell this cluster's snapshots from others'",
};

/** All that the daemon asks of the API server in all namespaces. The shipped ClusterRole grants this and nothing else. */
export const requiredPermissions: readonly RequiredPermission[] = [
  { verb: "list", group: "", resource: "persistentvolumes", purpose: "to find the disks" },
  { verb: "watch", group: "", resource: "persistentvolumes", purpose: "to see when volumes change" },
  { verb: "list", group: "", resource: "persistentvolumeclaims", purpose: "to find annotated claims" },
  { verb: "watch", group: "", resource: "persistentvolumeclaims", purpose: "to see when claims change" },
  { verb: "list", group, resource: "snapshotrules", purpose: "to find SnapshotRules" },
  { verb: "watch", group, resource: "snapshotrules", purpose: "to see when SnapshotRules change" },
  { verb: "patch", group, resource: "snapshotrules", subresource: "status", purpose: "to say how rules stand" },
  { verb: "create", group: "", resource: "events", purpose: "to tell objects what became of them" },
  { verb: "patch", group: "", resource: "events", purpose: "to fold Events that repeat" },
  clusterIdPermission,
];

/** What replicas need to share the work, in their own namespace. The shipped Role grants this and nothing else. */
export function leasePermissions(namespace?: string): readonly RequiredPermission[] {
  const leases = { group: "coordination.k8s.io", resource: "leases", ...(namespace !== undefined && { namespace }) };
  return [
    { ...leases, verb: "list", purpose: "to find the other replicas" },
    { ...leases, verb: "watch", purpose: "to see which replicas are alive, and what each serves" },
    { ...leases, verb: "create", purpose: "to join them" },
    { ...leases, verb: "patch", purpose: "to stay, and to take over locations" },
    { ...leases, verb: "delete", purpose: "to leave, and to remove those that are gone" },
  ];
}

/** `patch snapshotrules/status`, `get namespaces kube-system`: how people write it. */
export function permissionName({ verb, resource, subresource, name }: RequiredPermission): string {
  const of = name === undefined ? "" : ` ${name}`;
  return `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}${of}`;
}

/**
 * Whether whoever the client stands for has a right. Anybody may ask that of themselves.
 *
 * @throws as {@link KubernetesClient.request}
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/}
 */
export async function hasPermission(
  client: Pick<KubernetesClient, "request">,
  { verb, group, resource, subresource, name, namespace }: RequiredPermission,
): Promise<boolean> {
  const answer = await client.request({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: {
        resourceAttributes: {
          verb,
          group,
          resource,
          ...(subresource !== undefined && { subresource }),
          ...(name !== undefined && { name }),
          ...(namespace !== undefined && { namespace }),
        },
      },
    },
  });
  const { status } = answer as { readonly status?: { readonly allowed?: unknown } };
  return status?.allowed === true;
}
