import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { isNotFound } from "../client/kubernetes-error.ts";
import { hasPermission, type RequiredPermission } from "../client/required-permissions.ts";
import type { ClaimObject, VolumeObject } from "../watch/kubernetes-objects.ts";
import { claimsOf, findClaim, findVolume, volumePath, volumesPath } from "./cluster-volumes.ts";

type Requests = Pick<KubernetesClient, "request">;

/** A PersistentVolume that is to be made. */
export interface NewVolume {
  readonly apiVersion: "v1";
  readonly kind: "PersistentVolume";
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A claim that is to be made. */
export interface NewClaim {
  readonly apiVersion: "v1";
  readonly kind: "PersistentVolumeClaim";
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: Readonly<Record<string, unknown>> & { readonly volumeName: string };
}

/** The rights that it takes to make a PersistentVolume and a claim. The daemon has them only if an operator grants them. */
export function restorePermissions(namespace: string): readonly RequiredPermission[] {
  return [
    { verb: "create", group: "", resource: "persistentvolumes", purpose: "to make the restored PersistentVolume" },
    {
      verb: "create",
      group: "",
      resource: "persistentvolumeclaims",
      namespace,
      purpose: "to make the restored claim",
    },
  ];
}

/**
 * Which of {@link restorePermissions} are missing.
 *
 * @throws as {@link KubernetesClient.request}
 */
export async function missingRestorePermissions(
  client: Requests,
  namespace: string,
): Promise<readonly RequiredPermission[]> {
  const wanted = restorePermissions(namespace);
  const granted = await Promise.all(wanted.map((permission) => hasPermission(client, permission)));
  return wanted.filter((_, index) => !granted[index]);
}

/** @throws as {@link KubernetesClient.request}; one that is there already is a `KubernetesApiError` of status 409 */
export async function createVolume(client: Requests, volume: NewVolume, signal?: AbortSignal): Promise<void> {
  await client.request({ method: "POST", path: volumesPath, body: volume, ...(signal && { signal }) });
}

/** @throws as {@link createVolume} */
export async function createClaim(client: Requests, claim: NewClaim, signal?: AbortSignal): Promise<void> {
  await client.request({
    method: "POST",
    path: claimsOf(claim.metadata.namespace),
    body: claim,
    ...(signal && { signal }),
  });
}

/**
 * Deletes the PersistentVolume of that name if it is this one. One that is gone, or another's, is left.
 *
 * @param isIt - whether what is there is what was made
 * @throws as {@link KubernetesClient.request}
 */
export async function removeVolume(
  client: Requests,
  name: string,
  isIt: (volume: VolumeObject) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  const found = await findVolume(client, name, signal);
  if (found !== undefined && isIt(found)) await remove(client, volumePath(name), found.metadata.uid, signal);
}

/** Deletes a claim, as {@link removeVolume}. */
export async function removeClaim(
  client: Requests,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  isIt: (claim: ClaimObject) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  const found = await findClaim(client, namespace, name, signal);
  if (found === undefined || !isIt(found)) return;
  await remove(client, `${claimsOf(namespace)}/${encodeURIComponent(name)}`, found.metadata.uid, signal);
}

/** `status.phase` of a claim: `Bound`, `Pending`, `Lost`; `undefined` if it is not there, or has none. */
export async function claimPhase(
  client: Requests,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const claim = await findClaim(client, namespace, name, signal);
  const { status } = (claim ?? {}) as { readonly status?: { readonly phase?: unknown } };
  return typeof status?.phase === "string" ? status.phase : undefined;
}

/** The one that was looked at, not another of that name which took its place. */
async function remove(client: Requests, path: string, uid: string, signal: AbortSignal | undefined): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } };
  try {
    await client.request({ method: "DELETE", path, body, ...(signal && { signal }) });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
