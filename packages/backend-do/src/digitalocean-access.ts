import type { AccessCheck, BackendError, CallOptions } from "@k8s-snapshots/backend-api";
import type { DigitalOceanClient, DigitalOceanRequest } from "./digitalocean-client.ts";

/** No volume or snapshot has it. */
const nobody = "00000000-0000-0000-0000-000000000000";
const check = "checking the scopes of the token";

const readTags = {
  method: "GET",
  path: "/v2/tags",
  query: { per_page: "1" },
  doing: "listing the account's tags",
  scopes: ["tag:read"],
} as const;

type Probe = Pick<DigitalOceanRequest, "method" | "path" | "query" | "body"> & { readonly scope: string };

const probes: readonly Probe[] = [
  {
    scope: "snapshot:read",
    method: "GET",
    path: "/v2/snapshots",
    query: { resource_type: "volume", per_page: "1" },
  },
  { scope: "block_storage_snapshot:read", method: "GET", path: `/v2/volumes/snapshots/${nobody}` },
  {
    scope: "block_storage_snapshot:create",
    method: "POST",
    path: `/v2/volumes/${nobody}/snapshots`,
    body: { name: "k8s-snapshots-check" },
  },
  { scope: "block_storage_snapshot:delete", method: "DELETE", path: `/v2/volumes/snapshots/${nobody}` },
  { ...readTags, scope: "tag:read" },
  {
    scope: "tag:create",
    method: "POST",
    path: "/v2/tags/k8s-snapshots_check/resources",
    body: { resources: [{ resource_id: nobody, resource_type: "volume_snapshot" }] },
  },
  {
    scope: "tag:delete",
    method: "DELETE",
    path: "/v2/tags/k8s-snapshots_check/resources",
    body: { resources: [{ resource_id: nobody, resource_type: "volume_snapshot" }] },
  },
  { scope: "block_storage:read", method: "GET", path: "/v2/volumes", query: { per_page: "1" } },
  {
    scope: "block_storage:create",
    method: "POST",
    path: "/v2/volumes",
    body: { name: "k8s-snapshots-check", region: "nyc1", size_gigabytes: 1, snapshot_id: nobody },
  },
];

/**
 * Tries each scope on objects that cannot exist, so that nothing changes: what is not found was allowed.
 *
 * @see {@link https://docs.digitalocean.com/reference/api/scopes/}
 */
export async function checkScopes(
  client: DigitalOceanClient,
  options: CallOptions | undefined,
): Promise<AccessCheck[]> {
  const checks: AccessCheck[] = [];
  for (const { scope, ...probe } of probes) {
    const request = { ...probe, doing: check, scopes: [scope] };
    const error = await client.send(request, options).then(
      () => undefined,
      (reason: BackendError) => reason,
    );
    checks.push(resultOf(scope, error));
  }
  return checks;
}

/**
 * Without the scope `tag:read` every snapshot looks untagged, that is not ours, and one would be made after another.
 *
 * @throws {BackendError} `forbidden`
 */
export async function assertTagsAreShown(client: DigitalOceanClient, options: CallOptions | undefined): Promise<void> {
  await client.send(readTags, options);
}

/** What only some of the methods need. */
const uses: Readonly<Record<string, string>> = { "tag:delete": " Only to replace labels later is it needed." };

function resultOf(permission: string, error: BackendError | undefined): AccessCheck {
  if (error === undefined || error.code === "not-found") return { permission, status: "granted" };
  if (error.code === "forbidden") {
    return {
      permission,
      status: "missing",
      detail: `Make a token that has the scope ${permission}.${uses[permission] ?? ""}`,
    };
  }
  if (error.code === "invalid" || error.code === "limit-reached") {
    return { permission, status: "unknown", detail: `DigitalOcean answered: ${error.message}` };
  }
  throw error;
}
