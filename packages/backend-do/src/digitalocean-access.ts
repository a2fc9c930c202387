import { type AccessCheck, type BackendError, type CallOptions, printable } from "@k8s-snapshots/backend-api";
import type { DigitalOceanClient, DigitalOceanMethod } from "./digitalocean-client.ts";

/** No volume or snapshot has it. */
const nobody = "00000000-0000-0000-0000-000000000000";
const name = "k8s-snapshots-check";

interface Probe {
  readonly scope: string;
  readonly changes?: boolean;
  /** Of a list, one object is enough. */
  readonly pageSize?: number;
  readonly method: DigitalOceanMethod;
}

const tagRead: Probe = { scope: "tag:read", pageSize: 1, method: ({ tags }) => tags.getTags() };

const probes: readonly Probe[] = [
  { scope: "snapshot:read", pageSize: 1, method: ({ snapshots }) => snapshots.getSnapshots("volume") },
  { scope: "block_storage_snapshot:read", method: ({ snapshots }) => snapshots.getSnapshotById(nobody) },
  {
    scope: "block_storage_snapshot:create",
    changes: true,
    method: ({ blockStorage }) => blockStorage.createSnapshotFromVolume(nobody, name),
  },
  {
    scope: "block_storage_snapshot:delete",
    changes: true,
    method: ({ snapshots }) => snapshots.deleteSnapshot(nobody),
  },
  tagRead,
  { scope: "tag:create", changes: true, method: ({ tags }) => tags.tagResources(name, [nobody]) },
  { scope: "tag:delete", changes: true, method: ({ tags }) => tags.removeTagFromResources(name, [nobody]) },
  { scope: "block_storage:read", pageSize: 1, method: ({ blockStorage }) => blockStorage.getAllBlockStorage() },
  {
    scope: "block_storage:create",
    changes: true,
    method: ({ blockStorage }) =>
      blockStorage.createBlockStorage({ name, region: "nyc1", size_gigabytes: 1, snapshot_id: nobody }),
  },
];

/**
 * Tries each scope on objects that cannot exist, so that nothing changes: what is not found was allowed. The first check says whose
 * token it is.
 *
 * @see {@link https://docs.digitalocean.com/reference/api/scopes/}
 */
export async function checkScopes(
  client: DigitalOceanClient,
  options: CallOptions | undefined,
): Promise<AccessCheck[]> {
  const checks: AccessCheck[] = [];
  for (const { scope, method, ...probe } of probes) {
    const call = { ...probe, doing: "checking the scopes of the token", scopes: [scope] };
    const error = await client.call(call, method, options).then(
      () => undefined,
      (reason: BackendError) => reason,
    );
    checks.push(resultOf(scope, error));
  }
  const who = await identityOf(client, options);
  return checks.map((check, index) => (index === 0 ? withIdentity(check, who) : check));
}

/** Whose token it is. Nothing else needs that: what it cannot read is a remark, and no missing permission. */
async function identityOf(client: DigitalOceanClient, options: CallOptions | undefined): Promise<string> {
  const call = { doing: "reading whose token it is", scopes: ["account:read"] };
  const answer = await client
    .call(call, ({ account }) => account.getUserInformation(), options)
    .catch((error: BackendError) => {
      if (error.code === "aborted") throw error;
      return undefined;
    });
  const { email, uuid, team } = (answer ?? {}) as { email?: unknown; uuid?: unknown; team?: { name?: unknown } | null };
  const named = [email, uuid].find((name) => typeof name === "string" && name !== "");
  if (named === undefined)
    return "The token's account is not known: with the scope account:read it would be named here.";
  const ofTeam = typeof team?.name === "string" && team.name !== "" ? `, in the team ${printable(team.name, 100)}` : "";
  return `The token is of the account ${printable(String(named), 300)}${ofTeam}.`;
}

function withIdentity(check: AccessCheck, who: string): AccessCheck {
  return { ...check, detail: [who, check.detail].filter(Boolean).join(" ") };
}

/**
 * Without the scope `tag:read` every snapshot looks untagged, that is not ours, and one would be made after another.
 *
 * @throws {BackendError} `forbidden`
 */
export async function assertTagsAreShown(client: DigitalOceanClient, options: CallOptions | undefined): Promise<void> {
  const { scope, method, pageSize = 1 } = tagRead;
  await client.call({ doing: "listing the account's tags", scopes: [scope], pageSize }, method, options);
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
