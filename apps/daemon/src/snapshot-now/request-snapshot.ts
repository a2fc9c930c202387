import {
  annotationKeys,
  KubernetesApiError,
  type KubernetesClient,
  type ObjectIdentity,
  SNAPSHOT_RULE_API_VERSION,
} from "@k8s-snapshots/k8s-source";
import type { Rule } from "@k8s-snapshots/scheduler";
import { findObject } from "../explain/explained-object.ts";
import { shortName, winnerOf } from "../explain/story.ts";
import type { ObjectName } from "../plan-diff/object-name.ts";
import { readClusterRules } from "../rules/read-rules.ts";
import type { Session } from "../session.ts";
import type { Settings } from "../settings/settings.ts";

/** A request that was written onto an object: the daemon carries it out. */
export interface SnapshotRequest {
  /** What is in force for the disk, with the request. */
  readonly rule: Rule & { readonly requestedAt: number };

  /** The object that has the annotation: the one whose rule is in force. */
  readonly annotated: string;

  /** Names of rules whose disk is not known now. */
  readonly unresolved: ReadonlySet<string>;
}

/**
 * Annotates the object whose rule is in force for a volume, so that the daemon takes a snapshot once.
 *
 * @param now - the time of the request, in milliseconds since 1970: what it is told from others by
 * @throws {Error} if there is no rule in force, or the object may not be changed: what to do
 */
export async function requestSnapshot(
  name: ObjectName,
  namespace: string | undefined,
  now: number,
  { client, registry }: Session,
  settings: Settings,
): Promise<SnapshotRequest> {
  const { objects, resolved } = await readClusterRules(client, registry, settings);
  const object = findObject(name, namespace ?? client.namespace ?? "default", objects, resolved);
  const [id, winner] = winnerOf(object) ?? [];
  if (id === undefined || winner?.rule === undefined) {
    throw new Error(
      `cannot ask for a snapshot of ${object.id}: no rule is in force for it; k8s-snapshots explain ${shortName(object.id)} says what to write`,
    );
  }
  const annotation = annotationKeys(settings.deltasAnnotationKey).requestedAt;
  await annotate(client, winner.origin, { [annotation]: new Date(now).toISOString() });
  return { rule: { ...winner.rule, requestedAt: now }, annotated: id, unresolved: resolved.unresolved };
}

async function annotate(
  client: Pick<KubernetesClient, "request">,
  origin: ObjectIdentity,
  annotations: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await client.request({
      method: "PATCH",
      path: pathOf(origin),
      contentType: "application/merge-patch+json",
      // Another object of that name is not the one that was asked about.
      body: { metadata: { uid: origin.uid, annotations } },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy =
      error instanceof KubernetesApiError && error.status === 403
        ? "; your own user needs that right, the daemon's service account has it not"
        : "";
    const { kind, namespace, name } = origin;
    const which = namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
    throw new Error(`cannot annotate ${which} to ask for a snapshot: ${why}${remedy}`, { cause: error });
  }
}

function pathOf({ kind, namespace = "", name }: ObjectIdentity): string {
  const named = encodeURIComponent(name);
  const space = encodeURIComponent(namespace);
  return {
    PersistentVolume: `/api/v1/persistentvolumes/${named}`,
    PersistentVolumeClaim: `/api/v1/namespaces/${space}/persistentvolumeclaims/${named}`,
    SnapshotRule: `/apis/${SNAPSHOT_RULE_API_VERSION}/namespaces/${space}/snapshotrules/${named}`,
  }[kind];
}
