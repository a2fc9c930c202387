import type { Snapshot } from "@k8s-snapshots/backend-api";
import { type RefusedRequest, unexpected } from "./digitalocean-error.ts";
import { toLabels } from "./digitalocean-tags.ts";

/** The one location: a list covers the account. */
export const ACCOUNT = "account";

/** What a volume that is made of a snapshot must fit. */
export interface SnapshotSource {
  /** Where it can be restored, as slugs: `fra1`. */
  readonly regions: readonly string[];

  /** GiB, at least. */
  readonly minDiskSize: number;
}

type AnsweredRequest = Pick<RefusedRequest, "method" | "doing">;

/**
 * DigitalOcean's answer, each field that is read checked. It tells no state: what it lists can be restored.
 *
 * @throws {BackendError} `unexpected`
 */
export function toSnapshot(answer: unknown, request: AnsweredRequest): Snapshot {
  const { id, name, resource_id, created_at, size_gigabytes, tags } = (answer ?? {}) as Record<string, unknown>;
  const wrong = (field: string) => unexpected(request, `${field} of snapshot ${JSON.stringify(id)} missing or wrong`);
  if (typeof id !== "string" || id === "") throw unexpected(request, "a snapshot without an id");
  if (typeof name !== "string") throw wrong("name");
  if (typeof resource_id !== "string" || resource_id === "") throw wrong("resource_id");
  const time =
    typeof created_at === "string" && /(?:Z|[+-]\d\d:\d\d)$/.test(created_at) ? Date.parse(created_at) : Number.NaN;
  if (Number.isNaN(time)) throw wrong("created_at");
  if (tags !== null && !isStrings(tags)) throw wrong("tags");
  return {
    id,
    location: ACCOUNT,
    name,
    diskId: resource_id,
    createdAt: new Date(time),
    state: "ready",
    labels: toLabels(tags ?? []),
    ...(typeof size_gigabytes === "number" ? { sizeBytes: Math.round(size_gigabytes * 2 ** 30) } : {}),
  };
}

/** @throws {BackendError} `unexpected` */
export function toSource(answer: unknown, request: AnsweredRequest): SnapshotSource {
  const { regions, min_disk_size: minDiskSize } = (answer ?? {}) as Record<string, unknown>;
  if (!isStrings(regions)) throw unexpected(request, "a snapshot without regions");
  if (typeof minDiskSize !== "number") throw unexpected(request, "a snapshot without min_disk_size");
  return { regions, minDiskSize };
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
