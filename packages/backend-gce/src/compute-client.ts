import { DisksClient } from "@google-cloud/compute/build/src/v1/disks_client.js";
import { GlobalOperationsClient } from "@google-cloud/compute/build/src/v1/global_operations_client.js";
import { RegionDisksClient } from "@google-cloud/compute/build/src/v1/region_disks_client.js";
import { SnapshotsClient } from "@google-cloud/compute/build/src/v1/snapshots_client.js";
import type { AuthClient } from "google-auth-library";
import type { ComputeApi, ComputeCallOptions, ComputeOperation, ComputePage } from "./compute-api.ts";
import { ComputeError } from "./compute-error.ts";
import { type CallHandlers, ComputeTransport } from "./compute-transport.ts";
import type { GceConfig } from "./gce-config.ts";
import { ensureToken, openCredentials } from "./gce-credentials.ts";
import { unexpected } from "./gce-error.ts";
import { identityOf } from "./gce-identity.ts";
import { readableSnapshot, readableSnapshots } from "./readable-snapshot.ts";

/** Milliseconds until a request without an answer is given up. */
const timeout = 30_000;

/**
 * Compute Engine through Google's SDK. Its clients are imported one by one, since its index loads more than a hundred.
 *
 * @throws {CredentialsError} if there are no credentials, or they cannot be read
 * @see {@link https://cloud.google.com/nodejs/docs/reference/compute/latest}
 */
export async function createComputeApi(config: GceConfig): Promise<ComputeApi> {
  const authClient = await openCredentials(config);
  const transport = new ComputeTransport();
  authClient.transporter = transport;
  const endpoint = config.endpoint ?? `https://compute.${authClient.universeDomain}`;
  const sdkOptions = sdkOptionsOf(authClient, endpoint);
  const snapshots = new SnapshotsClient(sdkOptions);
  const zonalDisks = new DisksClient(sdkOptions);
  const regionalDisks = new RegionDisksClient(sdkOptions);
  const operations = new GlobalOperationsClient(sdkOptions);
  await Promise.all([snapshots, zonalDisks, regionalDisks, operations].map((client) => client.initialize()));

  const call = async <T>(
    { signal, onDate }: ComputeCallOptions,
    send: (options: SdkCallOptions) => Promise<readonly [T, ...unknown[]]>,
    mend?: CallHandlers["mend"],
  ): Promise<T> => {
    const sdkCallOptions: SdkCallOptions = { timeout, retry: null, ...(signal && { signal }) };
    const [answer] = await transport.call({ onDate, mend }, () => send(sdkCallOptions));
    return answer;
  };
  const change = async (
    options: ComputeCallOptions,
    send: (options: SdkCallOptions) => Promise<readonly [{ latestResponse: unknown }, ...unknown[]]>,
  ): Promise<ComputeOperation> => (await call(options, send)).latestResponse as ComputeOperation;
  const list = async <Item>(
    options: ComputeCallOptions,
    kind: string,
    send: (options: SdkListOptions) => Promise<readonly [unknown, unknown, ListAnswer]>,
    mend?: CallHandlers["mend"],
  ): Promise<ComputePage<Item>> => {
    const ofOnePage = async (sdk: SdkCallOptions): Promise<[ListAnswer]> => {
      const [, , answer] = await send({ ...sdk, autoPaginate: false });
      return [answer];
    };
    return pageOf<Item>(await call(options, ofOnePage, mend), kind);
  };

  return {
    ensureToken: () => ensureToken(authClient, endpoint),
    identity: (signal) => identityOf(authClient, config.metadataServer, signal),
    insertSnapshot: (request, options) => change(options, (sdk) => snapshots.insert(request, sdk)),
    deleteSnapshot: (request, options) => change(options, (sdk) => snapshots.delete(request, sdk)),
    getSnapshot: (request, options) => call(options, (sdk) => snapshots.get(request, sdk), readableSnapshot),
    setSnapshotLabels: ({ project, snapshot: resource, ...globalSetLabelsRequestResource }, options) =>
      change(options, (sdk) => snapshots.setLabels({ project, resource, globalSetLabelsRequestResource }, sdk)),
    listSnapshots: (request, options) =>
      list(options, "compute#snapshotList", (sdk) => snapshots.list(request, sdk), readableSnapshots),
    listOperations: (request, options) =>
      list(options, "compute#operationList", (sdk) => operations.list(request, sdk)),
    getDisk: ({ kind, place, ...request }, options) =>
      call(options, (sdk) =>
        kind === "zones"
          ? zonalDisks.get({ ...request, zone: place }, sdk)
          : regionalDisks.get({ ...request, region: place }, sdk),
      ),
    deleteDisk: ({ kind, place, ...request }, options) =>
      change(options, (sdk) =>
        kind === "zones"
          ? zonalDisks.delete({ ...request, zone: place }, sdk)
          : regionalDisks.delete({ ...request, region: place }, sdk),
      ),
    insertDisk: ({ kind, place, ...request }, options) =>
      change(options, (sdk) =>
        kind === "zones"
          ? zonalDisks.insert({ ...request, zone: place }, sdk)
          : regionalDisks.insert({ ...request, region: place }, sdk),
      ),
  };
}

/** One request a call: the SDK's retries would hide that an outcome is unknown. */
interface SdkCallOptions {
  readonly timeout: number;
  readonly retry: null;
  readonly signal?: AbortSignal;
}

interface SdkListOptions extends SdkCallOptions {
  readonly autoPaginate: false;
}

/** The part of a list's answer that is read. */
interface ListAnswer {
  readonly kind?: string | null;
  readonly items?: readonly unknown[] | null;
  readonly nextPageToken?: string | null;
  readonly warning?: { readonly code?: string | null } | null;
}

function pageOf<Item>({ kind, items, nextPageToken, warning }: ListAnswer, expected: string): ComputePage<Item> {
  // Google leaves `items` out where there are none: without this, anyone's `{}` would be a list of nothing.
  if (kind !== expected) throw unexpected(`something that is no ${expected}`);
  if (warning?.code === "UNREACHABLE" || warning?.code === "PARTIAL_SUCCESS") {
    throw new ComputeError(`the list is not whole: ${warning.code}`, { status: 503, reason: "backendError" });
  }
  return { items: (items ?? []) as readonly Item[], nextPageToken: nextPageToken || undefined };
}

function sdkOptionsOf(authClient: AuthClient, endpoint: string) {
  const { protocol, hostname, port } = new URL(endpoint);
  return {
    authClient,
    fallback: true,
    universeDomain: authClient.universeDomain,
    apiEndpoint: hostname,
    protocol: protocol.slice(0, -1),
    port: Number(port || (protocol === "http:" ? 80 : 443)),
  };
}
