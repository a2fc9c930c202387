import { BackendError, type Disk, type Labels, type Snapshot, type SnapshotState } from "@k8s-snapshots/backend-api";
import { volumeInLabels } from "@k8s-snapshots/backend-api/toolkit";
import type { Ec2Filter, Ec2Snapshot, Ec2Tag } from "./ec2-api.ts";
import { safeWords } from "./vendor-error.ts";

/**
 * EC2's states. One in the Recycle Bin (`recoverable`) was deleted, and is of no use until somebody takes it out; then
 * it is `recovering`. Archived ones are `completed`.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html}
 */
const states: Readonly<Record<string, SnapshotState>> = {
  pending: "pending",
  completed: "ready",
  error: "failed",
  recoverable: "deleting",
  recovering: "pending",
};

const gibibyte = 2 ** 30;

/** Characters. See {@link https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions}. */
export const longestTagValue = 256;

/**
 * EC2's answer, each field that is read checked. If one is missing or cannot be understood, the state is `unknown`.
 *
 * @throws {BackendError} `unexpected` if there is no id
 */
export function toSnapshot(answer: Ec2Snapshot, location: string): Snapshot {
  const { SnapshotId: id, VolumeId: diskId = "", StartTime: startedAt, Description: name } = answer;
  if (typeof id !== "string" || id === "") throw unexpected("a snapshot without an id");
  const createdAt = startedAt instanceof Date ? startedAt : new Date(Number.NaN);
  const isUnderstood = diskId !== "" && !Number.isNaN(createdAt.getTime());
  const state = isUnderstood ? (states[answer.State ?? ""] ?? "unknown") : "unknown";
  const labels = toLabels(answer.Tags ?? []);
  return {
    id,
    location,
    diskId,
    createdAt,
    state,
    labels,
    ...volumeInLabels(labels),
    ...(name ? { name } : {}),
    ...(state === "failed" && answer.StateMessage ? { failure: answer.StateMessage } : {}),
    ...(Number.isSafeInteger(answer.VolumeSize) ? { sizeBytes: Number(answer.VolumeSize) * gibibyte } : {}),
  };
}

/**
 * The answer to a creation, which must be understood, and of the disk that was meant.
 *
 * @throws {BackendError} `unexpected` if it is not. The outcome is then unknown: there is a snapshot, but the caller does
 *   not learn which.
 */
export function toNewSnapshot(answer: Ec2Snapshot, { location, id: diskId }: Disk): Snapshot {
  const snapshot = toSnapshot(answer, location);
  if (snapshot.state !== "unknown" && snapshot.diskId === diskId) return snapshot;
  const { VolumeId, StartTime, State } = answer;
  throw unexpected(
    `a snapshot of ${diskId} that cannot be understood: ${JSON.stringify({ VolumeId, StartTime, State })}`,
  );
}

/** Labels are tags, spelled alike: EC2 allows all characters that Kubernetes does. */
export function toTags(labels: Labels): Ec2Tag[] {
  return Object.entries(labels).map(([Key, Value]) => ({ Key, Value }));
}

/** Filters for what carries all these labels. Those with an empty value are only looked for by key. */
export function toFilters(labels: Labels): Ec2Filter[] {
  return Object.entries(labels).map(([key, value]) =>
    value === ""
      ? { Name: "tag-key", Values: [escapeWildcards(key)] }
      : { Name: `tag:${key}`, Values: [escapeWildcards(value)] },
  );
}

/**
 * An answer that is not as EC2 documents it.
 *
 * @param what - may hold EC2's own words
 */
export function unexpected(what: string): BackendError {
  return new BackendError("unexpected", `EC2 answered with ${safeWords(what)}`, { outcome: "unknown" });
}

function toLabels(tags: readonly Ec2Tag[]): Labels {
  const labels: Record<string, string> = {};
  for (const { Key = "", Value = "" } of tags) {
    if (Key === "__proto__") Object.defineProperty(labels, Key, { value: Value, enumerable: true });
    else labels[Key] = Value;
  }
  return labels;
}

function escapeWildcards(value: string): string {
  return value.replace(/[\\*?]/g, "\\$&");
}
