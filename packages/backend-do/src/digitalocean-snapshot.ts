import type { Snapshot } from "@k8s-snapshots/backend-api";
import { volumeInLabels } from "@k8s-snapshots/backend-api/toolkit";
import { type RefusedCall, unexpected } from "./digitalocean-error.ts";
import { labelsOfName } from "./digitalocean-names.ts";
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

type AnsweredCall = Pick<RefusedCall, "doing" | "changes" | "about">;

/**
 * DigitalOcean's answer, each field that is read checked. It tells no state: what it lists can be restored. If a field is
 * missing or cannot be understood, the state is `unknown`.
 *
 * @throws {BackendError} `unexpected` if there is no id
 */
export function toSnapshot(answer: unknown, call: AnsweredCall): Snapshot {
  const { id, name, resource_id, resource_type, created_at, size_gigabytes, tags } = fieldsOf(answer);
  if (typeof id !== "string" || id === "") throw unexpected(call, "a snapshot without an id");
  const diskId = typeof resource_id === "string" ? resource_id : "";
  const createdAt = readDate(created_at);
  const isUnderstood =
    resource_type === "volume" &&
    typeof name === "string" &&
    diskId !== "" &&
    !Number.isNaN(createdAt.getTime()) &&
    areTagsReadable(answer);
  const sizeBytes = typeof size_gigabytes === "number" ? Math.round(size_gigabytes * 2 ** 30) : Number.NaN;
  const labels = {
    ...toLabels(isStrings(tags) ? tags : []),
    ...(typeof name === "string" ? labelsOfName(name) : {}),
  };
  return {
    id,
    location: ACCOUNT,
    diskId,
    createdAt,
    state: isUnderstood ? "ready" : "unknown",
    labels,
    ...volumeInLabels(labels),
    ...(typeof name === "string" ? { name } : {}),
    ...(isSize(sizeBytes) ? { sizeBytes } : {}),
  };
}

/**
 * The answer to a creation, which must be understood.
 *
 * @throws {BackendError} `unexpected` if it is not
 */
export function toNewSnapshot(answer: unknown, call: AnsweredCall): Snapshot {
  const snapshot = toSnapshot(answer, call);
  if (snapshot.state !== "unknown") return snapshot;
  throw unexpected(call, `a snapshot ${JSON.stringify(snapshot.id)} of which a field is missing or wrong`);
}

/** Whether it can be told what a snapshot is tagged with; without the scope `tag:read` it is shown untagged. */
export function areTagsReadable(answer: unknown): boolean {
  const { tags } = fieldsOf(answer);
  return tags === null || isStrings(tags);
}

/** @throws {BackendError} `unexpected` */
export function toSource(answer: unknown, call: AnsweredCall): SnapshotSource {
  const { regions, min_disk_size: minDiskSize } = fieldsOf(answer);
  if (!isStrings(regions)) throw unexpected(call, "a snapshot without regions");
  if (typeof minDiskSize !== "number" || !(minDiskSize > 0)) throw unexpected(call, "a snapshot without min_disk_size");
  return { regions, minDiskSize };
}

/** Of what is no object, none. */
function fieldsOf(answer: unknown): Readonly<Record<string, unknown>> {
  return (answer ?? {}) as Readonly<Record<string, unknown>>;
}

function isSize(bytes: number): boolean {
  return Number.isSafeInteger(bytes) && bytes >= 0;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function readDate(value: unknown): Date {
  return new Date(typeof value === "string" && /(?:Z|[+-]\d\d:\d\d)$/.test(value) ? value : Number.NaN);
}
