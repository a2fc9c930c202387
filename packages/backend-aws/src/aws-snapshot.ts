import { BackendError, type Labels, type Snapshot, type SnapshotState } from "@k8s-snapshots/backend-api";
import type { Ec2Filter, Ec2Snapshot, Ec2Tag } from "./ec2-api.ts";

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

/**
 * EC2's answer, each field that is read checked.
 *
 * @throws {BackendError} `unexpected` if one is missing or not understood. The outcome is then unknown: there is a
 *   snapshot, but the caller does not learn which.
 */
export function toSnapshot(answer: Ec2Snapshot, location: string): Snapshot {
  const { SnapshotId: id, VolumeId: diskId, StartTime: createdAt, State: state, Description: name } = answer;
  if (typeof id !== "string" || id === "") throw unexpected("a snapshot without an id");
  if (typeof diskId !== "string" || diskId === "") throw unexpected(`no VolumeId for ${id}`);
  if (!(createdAt instanceof Date) || Number.isNaN(createdAt.getTime())) throw unexpected(`no StartTime for ${id}`);
  const known = states[state ?? ""];
  if (known === undefined) throw unexpected(`state ${JSON.stringify(state)} for ${id}`);
  return {
    id,
    location,
    diskId,
    createdAt,
    state: known,
    labels: toLabels(answer.Tags ?? []),
    ...(name ? { name } : {}),
    ...(known === "failed" && answer.StateMessage ? { failure: answer.StateMessage } : {}),
    ...(Number.isSafeInteger(answer.VolumeSize) ? { sizeBytes: Number(answer.VolumeSize) * gibibyte } : {}),
  };
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

/** An answer that is not as EC2 documents it. */
export function unexpected(what: string): BackendError {
  return new BackendError("unexpected", `EC2 answered with ${what}`, { outcome: "unknown" });
}

function toLabels(tags: readonly Ec2Tag[]): Labels {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

function escapeWildcards(value: string): string {
  return value.replace(/[\\*?]/g, "\\$&");
}
