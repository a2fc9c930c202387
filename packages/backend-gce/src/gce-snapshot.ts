import type { Labels, Snapshot, SnapshotState } from "@k8s-snapshots/backend-api";
import type { ComputeSnapshot } from "./compute-api.ts";
import { volumeInDescription } from "./gce-description.ts";
import { unexpected } from "./gce-error.ts";
import { fromGoogleLabels, toGoogleLabels } from "./gce-labels.ts";

const states: ReadonlyMap<unknown, SnapshotState> = new Map([
  ["CREATING", "pending"],
  ["UPLOADING", "pending"],
  ["READY", "ready"],
  ["FAILED", "failed"],
  ["DELETING", "deleting"],
]);

/**
 * Google's answer, each field that is read checked. If one is missing or cannot be understood, the state is `unknown`.
 *
 * @throws {BackendError} `unexpected` if there is no name
 */
export function toSnapshot(answer: ComputeSnapshot, location: string): Snapshot {
  const { name, description, sourceDisk, sourceDiskId, creationTimestamp, status, storageBytes } = answer;
  if (typeof name !== "string" || name === "") throw unexpected("a snapshot without a name");
  const diskId = readDiskId(sourceDisk, sourceDiskId) ?? "";
  const createdAt = readDate(creationTimestamp);
  const isUnderstood = diskId !== "" && !Number.isNaN(createdAt.getTime());
  const sizeBytes = Number(storageBytes || Number.NaN);
  return {
    id: name,
    location,
    name,
    diskId,
    createdAt,
    state: isUnderstood ? (states.get(status) ?? "unknown") : "unknown",
    labels: fromGoogleLabels(answer.labels ?? {}),
    ...volumeInDescription(description),
    ...(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 ? { sizeBytes } : {}),
  };
}

/** `zones/Z/disks/NAME/ID`: a disk made again under its name has another ID. @throws {BackendError} `unexpected` */
export function diskIdOf(link: unknown, id: unknown): string {
  const diskId = readDiskId(link, id);
  if (diskId === undefined) throw unexpected(`source disk ${JSON.stringify(link)}, id ${JSON.stringify(id)}`);
  return diskId;
}

/** Stamps carry their offset, mostly the Pacific one. @throws {BackendError} `unexpected` */
export function toDate(stamp: unknown): Date {
  const date = readDate(stamp);
  if (Number.isNaN(date.getTime())) throw unexpected(`time ${JSON.stringify(stamp)}`);
  return date;
}

/** A filter for what carries all these labels; those with an empty value are only looked for by key. */
export function toFilter(labels: Labels): string {
  return Object.entries(toGoogleLabels(labels))
    .map(([key, value]) => (value === "" ? `(labels.${key}:*)` : `(labels.${key}="${value}")`))
    .join(" ");
}

function readDiskId(link: unknown, id: unknown): string | undefined {
  const [, path] =
    (typeof link === "string" && /projects\/[^/]+\/((?:zones|regions)\/[^/]+\/disks\/[^/]+)$/.exec(link)) || [];
  return path !== undefined && /^\d+$/.test(String(id)) ? `${path}/${id}` : undefined;
}

function readDate(stamp: unknown): Date {
  return new Date(typeof stamp === "string" && /(?:Z|[+-]\d\d:\d\d)$/.test(stamp) ? stamp : Number.NaN);
}
