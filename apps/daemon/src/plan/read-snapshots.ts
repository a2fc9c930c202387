import type { DatedSnapshot } from "@k8s-snapshots/retention";
import { UsageError } from "../commands/usage-error.ts";
import { parseTime } from "./parse-time.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where programs that list snapshots write the id and the time of one. */
const spellings: readonly { readonly of: string; readonly id: string; readonly time: string }[] = [
  { of: "k8s-snapshots", id: "id", time: "createdAt" },
  { of: "aws ec2 describe-snapshots", id: "SnapshotId", time: "StartTime" },
  { of: "gcloud compute snapshots list --format=json", id: "name", time: "creationTimestamp" },
  { of: "doctl compute snapshot list --output json", id: "id", time: "created_at" },
  { of: "restic snapshots --json", id: "id", time: "time" },
];

/**
 * Reads a JSON array of `{id, createdAt}`, or what `aws ec2 describe-snapshots`, `gcloud … --format=json`,
 * `doctl … --output json` and `restic snapshots --json` print.
 *
 * @throws {UsageError} if it is none of them: names the file and the entry
 */
export function readSnapshots(file: string, json: string): readonly DatedSnapshot[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--snapshots ${file} holds no JSON: ${(error as Error).message}`);
  }
  const entries = Array.isArray(parsed) ? parsed : (parsed as { readonly Snapshots?: unknown } | null)?.Snapshots;
  if (!Array.isArray(entries)) {
    throw new UsageError(
      `--snapshots ${file} must hold an array of {id, createdAt}, or what aws, gcloud or restic print`,
    );
  }
  const ids = new Set<string>();
  return entries.map((entry: unknown, index) => {
    const snapshot = readSnapshot(entry, `entry ${index} of ${file}`);
    if (ids.has(snapshot.id)) throw new UsageError(`${file} has the snapshot ${snapshot.id} twice`);
    ids.add(snapshot.id);
    return snapshot;
  });
}

function readSnapshot(entry: unknown, where: string): DatedSnapshot {
  const fields: Fields = typeof entry === "object" && entry !== null ? (entry as Fields) : {};
  const spelling = spellings.find(({ id, time }) => fields[id] !== undefined && fields[time] !== undefined);
  const { id: idField, time: timeField } = spelling ?? (spellings[0] as (typeof spellings)[number]);
  const id = fields[idField];
  const time = fields[timeField];
  if (typeof id !== "string" || id === "") throw new UsageError(`${where}: ${idField} must be a text`);
  if (typeof time !== "string") throw new UsageError(`${where}: ${timeField} must be a text`);
  return { id, createdAt: parseTime(`${where}: ${timeField}`, time) };
}
