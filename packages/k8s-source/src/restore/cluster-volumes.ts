import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { MalformedAnswerError } from "../client/kubernetes-error.ts";
import type { ClaimObject, VolumeObject } from "../watch/kubernetes-objects.ts";

type Requests = Pick<KubernetesClient, "request">;

const VOLUMES = "/api/v1/persistentvolumes";

/** Of a page: a PersistentVolume has some kilobytes. */
const PAGE_SIZE = 500;

/**
 * The PersistentVolume of a name; `undefined` if there is none. Asks with the right to list, which the daemon has, and not
 * with that to get.
 *
 * @throws as {@link KubernetesClient.request}
 */
export async function findVolume(
  client: Requests,
  name: string,
  signal?: AbortSignal,
): Promise<VolumeObject | undefined> {
  return findByName(client, VOLUMES, name, signal);
}

/** The claim of a name, as {@link findVolume}. */
export async function findClaim(
  client: Requests,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<ClaimObject | undefined> {
  return findByName(client, claimsOf(namespace), name, signal);
}

/**
 * All PersistentVolumes.
 *
 * @throws as {@link KubernetesClient.request}
 */
export async function listVolumes(client: Requests, signal?: AbortSignal): Promise<readonly VolumeObject[]> {
  const volumes: VolumeObject[] = [];
  let next: string | undefined;
  do {
    const query = { limit: PAGE_SIZE, continue: next };
    const page = readList<VolumeObject>(
      await client.request({ path: VOLUMES, query, ...(signal && { signal }) }),
      VOLUMES,
    );
    volumes.push(...page.items);
    next = page.next;
  } while (next !== undefined);
  return volumes;
}

export function claimsOf(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/persistentvolumeclaims`;
}

export function volumePath(name: string): string {
  return `${VOLUMES}/${encodeURIComponent(name)}`;
}

export { VOLUMES as volumesPath };

async function findByName<T extends VolumeObject | ClaimObject>(
  client: Requests,
  path: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  const query = { fieldSelector: `metadata.name=${name}` };
  const { items } = readList<T>(await client.request({ path, query, ...(signal && { signal }) }), path);
  return items.find(({ metadata }) => metadata.name === name);
}

function readList<T extends VolumeObject | ClaimObject>(
  answer: unknown,
  path: string,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const { items, metadata } = (answer ?? {}) as {
    readonly items?: unknown;
    readonly metadata?: { readonly continue?: unknown };
  };
  if (!Array.isArray(items) || !items.every(isObject)) {
    throw new MalformedAnswerError(`GET ${path}: the answer is no list of objects`);
  }
  const next = metadata?.continue;
  return { items: items as T[], next: typeof next === "string" && next !== "" ? next : undefined };
}

/** What is read of it further on is checked there. */
function isObject(item: unknown): boolean {
  const { metadata, spec } = (item ?? {}) as {
    readonly metadata?: { readonly name?: unknown };
    readonly spec?: unknown;
  };
  return typeof metadata?.name === "string" && typeof spec === "object" && spec !== null;
}
