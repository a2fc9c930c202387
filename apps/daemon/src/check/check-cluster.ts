import type { AccessCheck } from "@k8s-snapshots/backend-api";
import {
  hasPermission,
  type KubernetesClient,
  permissionName,
  requiredPermissions,
  type ServedDefinition,
  servedDefinition,
} from "@k8s-snapshots/k8s-source";

/** What the cluster allows and has. */
export interface ClusterCheck {
  /** `list persistentvolumes`, each with what it is for or what to do. */
  readonly permissions: readonly AccessCheck[];

  readonly definition: DefinitionCheck;
}

/** The definition of SnapshotRules. */
export interface DefinitionCheck {
  /** `unknown`: the API server did not say. */
  readonly status: ServedDefinition["state"] | "unknown";

  /** What to do about it, or why it is unknown. */
  readonly detail: string;
}

const INSTALL = "k8s-snapshots crd | kubectl apply -f -";

/** Asks the API server what whoever asks may do, and which definition of SnapshotRules it has. Never rejects. */
export async function checkCluster(client: Pick<KubernetesClient, "request">): Promise<ClusterCheck> {
  const [definition, ...permissions] = await Promise.all([
    servedDefinition(client).then(aboutDefinition, unknown),
    ...requiredPermissions.map(async (permission): Promise<AccessCheck> => {
      const answer = hasPermission(client, permission).then((has) => aboutPermission(has, permission.purpose), unknown);
      return { permission: permissionName(permission), ...(await answer) };
    }),
  ]);
  return { permissions, definition };
}

/** Whether the daemon can do all its work in the cluster. */
export function isClusterFine({ permissions, definition }: ClusterCheck): boolean {
  return permissions.every(({ status }) => status === "granted") && definition.status === "current";
}

function aboutPermission(has: boolean, purpose: string): Omit<AccessCheck, "permission"> {
  if (has) return { status: "granted", detail: purpose };
  return { status: "missing", detail: `${purpose}; deploy/manifests/k8s-snapshots.yaml has a role that grants it` };
}

function aboutDefinition(served: ServedDefinition): DefinitionCheck {
  switch (served.state) {
    case "current":
      return { status: "current", detail: "it is the one of this version" };
    case "absent":
      return { status: "absent", detail: `annotations work without it; to have it: ${INSTALL}` };
    case "outdated": {
      const fields = served.fields.join(", ");
      return { status: "outdated", detail: `it is of another version, and differs in ${fields}: ${INSTALL}` };
    }
  }
}

function unknown(error: unknown): { readonly status: "unknown"; readonly detail: string } {
  return { status: "unknown", detail: error instanceof Error ? error.message : String(error) };
}
