import type { Labels, Snapshot, SnapshotState } from "@k8s-snapshots/backend-api";
import type { ComputeSnapshot } from "./compute-api.ts";
import { unexpected } from "./gce-error.ts";
import { fromGoogleLabels, toGoogleLabels } from "./gce-labels.ts";

const states: Readonly<Record<string, SnapshotState>> = {
  CREATING: "pending",
  UPLOADING: "pending",
  READY: "ready",
  FAILED: "failed",
  DELETING: "deleting",
};

/** Google's answer, each field that is read checked. @throws {BackendError} `unexpected` */
export function toSnapshot(answer: ComputeSnapshot, location: string): Snapshot {
  const { name, sourceDisk, sourceDiskId, creationTimestamp, status, storageBytes } = answer;
  if (!name) throw unexpected("a snapshot without a name");
  const state = states[String(status)];
  if (state === undefined) throw unexpected(`status ${JSON.stringify(status)} for ${name}`);
  const sizeBytes = Number(storageBytes || Number.NaN);
  return {
    id: name,
    location,
    name,
    diskId: diskIdOf(sourceDisk, sourceDiskId),
    createdAt: toDate(creationTimestamp),
    state,
    labels: fromGoogleLabels(answer.labels ?? {}),
    ...(Number.isSafeInteger(sizeBytes) ? { sizeBytes } : {}),
  };
}

/** `zones/Z/disks/NAME/ID`: a disk made again under its name has another ID. @throws {BackendError} `unexpected` */
export function diskIdOf(link: unknown, id: unknown): string {
  const [, path] =
    (typeof link === "string" && /projects\/[^/]+\/((?:zones|regions)\/[^/]+\/disks\/[^/]+)$/.exec(link)) || [];
  if (path === undefined || !/^\d+$/.test(String(id)))
    throw unexpected(`source disk ${JSON.stringify(link)}, id ${JSON.stringify(id)}`);
  return `${path}/${id}`;
}

/** Stamps carry their offset, mostly the Pacific one. @throws {BackendError} `unexpected` */
export function toDate(stamp: unknown): Date {
  const time = typeof stamp === "string" && /(?:Z|[+-]\d\d:\d\d)$/.test(stamp) ? Date.parse(stamp) : Number.NaN;
  if (Number.isNaN(time)) throw unexpected(`time ${JSON.stringify(stamp)}`);
  return new Date(time);
}

/** A filter for what carries all these labels; those with an empty value are only looked for by key. */
export function toFilter(labels: Labels): string {
  return Object.entries(toGoogleLabels(labels))
    .map(([key, value]) => (value === "" ? `(labels.${key}:*)` : `(labels.${key}="${value}")`))
    .join(" ");
}
