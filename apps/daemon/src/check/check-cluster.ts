import {
  hasPermission,
  type KubernetesClient,
  permissionName,
  requiredPermissions,
  type ServedDefinition,
  servedDefinition,
} from "@k8s-snapshots/k8s-source";

/** Something that the cluster must allow or have. */
export interface ClusterCheck {
  /** `list persistentvolumes`; `definition of SnapshotRules` */
  readonly what: string;

  /** `unknown`: the API server did not say. */
  readonly status: "granted" | "missing" | "unknown";

  /** What it is for, or what to do. */
  readonly detail: string;
}

const INSTALL = "k8s-snapshots crd | kubectl apply -f -";

/** Asks the API server what whoever asks may do, and which definition of SnapshotRules it has. Never rejects. */
export async function checkCluster(client: Pick<KubernetesClient, "request">): Promise<ClusterCheck[]> {
  const permissions = requiredPermissions.map((permission): Promise<ClusterCheck> => {
    const { purpose } = permission;
    return checked(permissionName(permission), async () => {
      if (await hasPermission(client, permission)) return { status: "granted", detail: purpose };
      return { status: "missing", detail: `${purpose}; deploy/manifests/k8s-snapshots.yaml has a role that grants it` };
    });
  });
  const definition = checked("definition of SnapshotRules", async () =>
    aboutDefinition(await servedDefinition(client)),
  );
  return Promise.all([...permissions, definition]);
}

async function checked(
  what: string,
  ask: () => Promise<Pick<ClusterCheck, "status" | "detail">>,
): Promise<ClusterCheck> {
  try {
    return { what, ...(await ask()) };
  } catch (error) {
    return { what, status: "unknown", detail: error instanceof Error ? error.message : String(error) };
  }
}

function aboutDefinition(served: ServedDefinition): Pick<ClusterCheck, "status" | "detail"> {
  switch (served.state) {
    case "current":
      return { status: "granted", detail: "it is the one of this version" };
    case "absent":
      return { status: "missing", detail: `annotations work without it; to have it: ${INSTALL}` };
    case "outdated": {
      const fields = served.fields.join(", ");
      return { status: "missing", detail: `it is of another version, and differs in ${fields}: ${INSTALL}` };
    }
  }
}
