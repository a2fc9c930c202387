import type { AuthClient } from "google-auth-library";
import type { ComputeApi, ComputeCallOptions, DiskPlace } from "./compute-api.ts";
import { ComputeError } from "./compute-error.ts";
import type { GceConfig } from "./gce-config.ts";
import { ensureToken, openCredentials } from "./gce-credentials.ts";
import { unexpected } from "./gce-error.ts";

const publicApi = "https://compute.googleapis.com";
const timeoutMs = 30_000;

interface ComputeRequest {
  readonly method: "GET" | "POST" | "DELETE";

  /** Below `/compute/v1/projects/`, in parts that are still to be encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

/**
 * Compute Engine's REST API, as far as it is needed: one request a call, no retries.
 *
 * @see {@link https://cloud.google.com/compute/docs/reference/rest/v1}
 */
export async function createComputeApi(config: GceConfig): Promise<ComputeApi> {
  const { endpoint = publicApi } = config;
  const authClient = await openCredentials(config);
  const send = <T>(request: ComputeRequest, options: ComputeCallOptions): Promise<T> =>
    sendRequest(endpoint, authClient, request, options);
  const disks = (project: string, { kind, place }: DiskPlace): string[] => [project, kind, place, "disks"];
  const snapshots = (project: string): string[] => [project, "global", "snapshots"];
  return {
    ensureToken: () => ensureToken(authClient, endpoint),
    insertSnapshot: ({ project, requestId, snapshotResource }, options) =>
      send({ method: "POST", path: snapshots(project), query: { requestId }, body: snapshotResource }, options),
    deleteSnapshot: ({ project, snapshot }, options) =>
      send({ method: "DELETE", path: [...snapshots(project), snapshot] }, options),
    getSnapshot: ({ project, snapshot }, options) =>
      send({ method: "GET", path: [...snapshots(project), snapshot] }, options),
    setSnapshotLabels: ({ project, snapshot, ...body }, options) =>
      send({ method: "POST", path: [...snapshots(project), snapshot, "setLabels"], body }, options),
    listSnapshots: async ({ project, ...query }, options) => {
      const request: ComputeRequest = { method: "GET", path: snapshots(project), query: { ...query } };
      const { kind, items = [], nextPageToken } = await send<Partial<ListAnswer>>(request, options);
      // Google leaves `items` out where there are none: without this, anyone's `{}` would be a list of no snapshots.
      if (kind !== "compute#snapshotList") throw unexpected("something that is no list of snapshots");
      return { items, nextPageToken: nextPageToken || undefined };
    },
    getDisk: ({ project, disk, ...place }, options) =>
      send({ method: "GET", path: [...disks(project, place), disk] }, options),
    insertDisk: ({ project, requestId, diskResource, ...place }, options) =>
      send({ method: "POST", path: disks(project, place), query: { requestId }, body: diskResource }, options),
  };
}

interface ListAnswer {
  readonly kind: string;
  readonly items: [];
  readonly nextPageToken: string;
}

/** @throws {ComputeError} if the answer is a refusal, or there is none */
async function sendRequest<T>(
  endpoint: string,
  authClient: AuthClient,
  { method, path, query = {}, body }: ComputeRequest,
  { signal, onDate }: ComputeCallOptions,
): Promise<T> {
  const url = new URL(`/compute/v1/projects/${path.map(encodeURIComponent).join("/")}`, endpoint);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const headers = await authClient.getRequestHeaders(url.href);
  if (body !== undefined) headers.set("content-type", "application/json");
  const limit = AbortSignal.timeout(timeoutMs);
  const request: RequestInit = {
    method,
    headers,
    // The credentials would go along.
    redirect: "error",
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  const { status, text } = await answerOf(url, request, onDate);
  const answer = parse(text);
  if (status < 200 || status > 299) throw ComputeError.ofAnswer(status, answer);
  if (typeof answer !== "object" || answer === null) throw unexpected("something that is no JSON object");
  return answer as T;
}

async function answerOf(
  url: URL,
  request: RequestInit,
  onDate: ComputeCallOptions["onDate"],
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, request);
    const date = new Date(response.headers.get("date") ?? Number.NaN);
    if (!Number.isNaN(date.getTime())) onDate?.(date);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw ComputeError.ofTransport(error);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
