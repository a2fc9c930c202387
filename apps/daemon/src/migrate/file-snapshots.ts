import type { Labels, SnapshotState } from "@k8s-snapshots/backend-api";
import { UsageError } from "../commands/usage-error.ts";
import { parseTime } from "../plan/parse-time.ts";
import { type Fields, fieldsAt, isFields, listAt } from "./manifest-fields.ts";

/** A snapshot as a file has it. */
export interface FileSnapshot {
  readonly id: string;
  readonly createdAt: Date;
  readonly state: SnapshotState;

  /** `undefined`: the file does not say any. */
  readonly labels: Labels | undefined;

  /** As {@link fileDiskId}; `undefined`: the file does not say it. */
  readonly diskId: string | undefined;

  /** Whose program printed it; `undefined`: it may be anybody's. */
  readonly backend: string | undefined;
}

/** Where a program writes what is read of a snapshot. */
interface Spelling {
  readonly backend?: string;
  readonly id: string;
  readonly time: string;
  readonly disk: string;
  readonly state: (entry: Fields) => SnapshotState;
  readonly labels: (entry: Fields) => Labels | undefined;
}

const spellings: readonly Spelling[] = [
  {
    backend: "aws",
    id: "SnapshotId",
    time: "StartTime",
    disk: "VolumeId",
    state: ({ State: state }) => (typeof state === "string" ? (ofAws[state] ?? "unknown") : "ready"),
    labels: (entry) =>
      Object.fromEntries(listAt(entry, "Tags").map(({ Key: key, Value: value }) => [String(key), String(value ?? "")])),
  },
  {
    backend: "google",
    id: "name",
    time: "creationTimestamp",
    disk: "sourceDisk",
    state: ({ status }) => (typeof status === "string" ? (ofGoogle[status] ?? "unknown") : "ready"),
    labels: (entry) =>
      Object.fromEntries(
        Object.entries(fieldsAt(entry, "labels")).map(([key, value]) => [
          key.replace(ownKey, "k8s-snapshots/"),
          String(value),
        ]),
      ),
  },
  {
    backend: "digitalocean",
    id: "id",
    time: "created_at",
    disk: "resource_id",
    state: () => "ready",
    labels: ({ tags }) => Object.fromEntries((Array.isArray(tags) ? tags : []).map(ofTag)),
  },
  {
    id: "id",
    time: "createdAt",
    disk: "disk",
    state: ({ state }) => (states.includes(state as SnapshotState) ? (state as SnapshotState) : "ready"),
    labels: ({ labels }) => (isFields(labels) ? (labels as Labels) : undefined),
  },
];

const states: readonly SnapshotState[] = ["pending", "ready", "failed", "deleting", "unknown"];
const ofAws: Readonly<Record<string, SnapshotState>> = { completed: "ready", pending: "pending", error: "failed" };
const ofGoogle: Readonly<Record<string, SnapshotState>> = {
  READY: "ready",
  CREATING: "pending",
  UPLOADING: "pending",
  FAILED: "failed",
  DELETING: "deleting",
};
/** A `/` is not in Google's alphabet, nor in that of DigitalOcean's tags. */
const ownKey = /^k8s-snapshots_(?!_)/;

function ofTag(tag: unknown): [string, string] {
  const [key = "", ...value] = String(tag).split(":");
  return [key.replace(ownKey, "k8s-snapshots/"), value.join(":")];
}

/**
 * Reads what `aws ec2 describe-snapshots`, `gcloud compute snapshots list --format=json`, `doctl compute snapshot list --output
 * json` and `k8s-snapshots list snapshots --output json` print; or an array of `{id, createdAt, disk?, state?, labels?}`.
 *
 * @throws {UsageError} if it is none of them: names the file and the entry
 */
export function readFileSnapshots(file: string, json: string): readonly FileSnapshot[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--snapshots ${file} holds no JSON: ${(error as Error).message}`);
  }
  const { Snapshots: ofAwsCli, snapshots: ofOurs } = fieldsAt(parsed);
  const entries: unknown = Array.isArray(parsed) ? parsed : (ofAwsCli ?? ofOurs);
  if (!Array.isArray(entries)) {
    throw new UsageError(
      `--snapshots ${file} must hold what aws, gcloud, doctl or k8s-snapshots list print of snapshots`,
    );
  }
  const ids = new Set<string>();
  return entries.map((entry: unknown, index) => {
    const snapshot = readEntry(fieldsAt(entry), `entry ${index} of ${file}`);
    if (ids.has(snapshot.id)) throw new UsageError(`${file} has the snapshot ${snapshot.id} twice`);
    ids.add(snapshot.id);
    return snapshot;
  });
}

function readEntry(entry: Fields, where: string): FileSnapshot {
  const spelling = spellings.find(({ id, time }) => entry[id] !== undefined && entry[time] !== undefined);
  if (spelling === undefined) throw new UsageError(`${where} has no id and time: is it a snapshot?`);
  const id = entry[spelling.id];
  const time = entry[spelling.time];
  if (typeof id !== "string" || id === "") throw new UsageError(`${where}: ${spelling.id} must be a text`);
  if (typeof time !== "string") throw new UsageError(`${where}: ${spelling.time} must be a text`);
  const disk = entry[spelling.disk];
  return {
    id,
    createdAt: parseTime(`${where}: ${spelling.time}`, time),
    state: spelling.state(entry),
    labels: spelling.labels(entry),
    diskId: typeof disk === "string" && disk !== "" ? fileDiskId(disk) : undefined,
    backend: spelling.backend,
  };
}

/** One name for a disk, whichever way it is written: of a Google disk `ZONE/NAME`, since its number stands in no manifest. */
export function fileDiskId(written: string): string {
  const [, place, name] = /(?:zones|regions)\/([^/]+)\/disks\/([^/:]+)/.exec(written) ?? [];
  return name === undefined ? written : `${place}/${name}`;
}
