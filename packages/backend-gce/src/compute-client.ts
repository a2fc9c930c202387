import { DisksClient } from "@google-cloud/compute/build/src/v1/disks_client.js";
import { RegionDisksClient } from "@google-cloud/compute/build/src/v1/region_disks_client.js";
import { SnapshotsClient } from "@google-cloud/compute/build/src/v1/snapshots_client.js";
import type { ComputeApi, ComputeCallOptions, ComputeOperation, DiskPlace } from "./compute-api.ts";
import type { GceConfig } from "./gce-config.ts";
import { ensureToken, openCredentials } from "./gce-credentials.ts";
import { unexpected } from "./gce-error.ts";

const publicApi = "https://compute.googleapis.com";
const timeout = 30_000;
/** The SDK's own retries hide an unknown outcome. */
const retry = { retryCodes: [] };

/** Compute Engine through Google's SDK, without its retries. Only here is the SDK imported. */
export async function createComputeApi(config: GceConfig): Promise<ComputeApi> {
  const { endpoint } = config;
  const authClient = await openCredentials(config);
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const options = {
    // Types of the SDK's own copy of the library differ in private fields.
    authClient: authClient as never,
    ...(url
      ? {
          apiEndpoint: url.hostname,
          protocol: url.protocol.slice(0, -1),
          port: Number(url.port || (url.protocol === "http:" ? 80 : 443)),
        }
      : {}),
  };
  const snapshots = new SnapshotsClient(options);
  const disks = new DisksClient(options);
  const regionDisks = new RegionDisksClient(options);
  const how = ({ signal }: ComputeCallOptions): object => ({ timeout, retry, ...(signal ? { signal } : {}) });
  const place = ({ kind, place: name }: DiskPlace): object => (kind === "zones" ? { zone: name } : { region: name });
  // biome-ignore lint/suspicious/noExplicitAny: of the SDK's answers only the fields of ComputeApi are read
  const operationOf = ([answer]: any): ComputeOperation => answer.latestResponse;
  const clientFor = ({ kind }: DiskPlace): DisksClient =>
    kind === "zones" ? disks : (regionDisks as unknown as DisksClient);
  return {
    ensureToken: () => ensureToken(authClient, endpoint ?? publicApi),
    insertSnapshot: async (request, options) => operationOf(await snapshots.insert(request, how(options))),
    deleteSnapshot: async (request, options) => operationOf(await snapshots.delete(request, how(options))),
    getSnapshot: async (request, options) => (await snapshots.get(request, how(options)))[0] as never,
    listSnapshots: async (request, options) => {
      const [items, , page] = await snapshots.list(request, { ...how(options), autoPaginate: false });
      const { kind, nextPageToken } = (page ?? {}) as { kind?: string; nextPageToken?: string };
      // Google leaves `items` out where there are none: without this, anyone's `{}` would be a list of no snapshots.
      if (kind !== "compute#snapshotList") throw unexpected("something that is no list of snapshots");
      return { items: items as never, nextPageToken: nextPageToken || undefined };
    },
    getDisk: async (request, options) =>
      (
        await clientFor(request).get({ project: request.project, disk: request.disk, ...place(request) }, how(options))
      )[0] as never,
    insertDisk: async ({ project, requestId, diskResource, ...where }, options) =>
      operationOf(await clientFor(where).insert({ project, requestId, diskResource, ...place(where) }, how(options))),
    close: async () => {
      await Promise.all([snapshots.close(), disks.close(), regionDisks.close()]);
    },
  };
}
