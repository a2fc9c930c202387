import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { BackendError, type Labels, type VolumeFacts, volumeFactsOf } from "@k8s-snapshots/backend-api";
import { hasErrno } from "./local-error.ts";

/** What `snapshot.json` says of a snapshot. */
export interface SnapshotRecord {
  readonly version: 1;
  readonly diskId: string;
  readonly createdAt: Date;
  readonly name: string;
  readonly description: string;
  readonly labels: Labels;
  /** What was known of the volume. */
  readonly volume?: VolumeFacts;
  /** Once the copy is whole. */
  readonly sizeBytes?: number;
  /** Why there will be no whole copy. */
  readonly failure?: string;
}

/** What can be read of a `snapshot.json` that is not what {@link writeRecord} writes. */
export interface DamagedRecord {
  readonly version: undefined;
  readonly diskId: string | undefined;
  /** Invalid if it cannot be read. */
  readonly createdAt: Date;
  readonly name: string | undefined;
  readonly labels: Labels | undefined;
}

/** @throws {BackendError} `unexpected` if the file isn't what {@link writeRecord} writes. */
export async function readRecord(path: string): Promise<SnapshotRecord> {
  const record = await salvageRecord(path);
  if (record.version !== undefined) return record;
  throw new BackendError("unexpected", `${path} is damaged: repair it, or move its folder away`, { scope: "snapshot" });
}

/** As {@link readRecord}, but of a damaged file what is left of it, and nothing of one that must not be read. */
export async function salvageRecord(path: string): Promise<SnapshotRecord | DamagedRecord> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (hasErrno(error, "EACCES", "EPERM", "EISDIR")) return "";
    throw error;
  });
  return parseRecord(text);
}

/** Writes the file so that it's there whole, or as it was before, whenever the machine stops. */
export async function writeRecord(path: string, record: SnapshotRecord): Promise<void> {
  const temporary = `${path}.new`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(record, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Has the directory's entries on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseRecord(text: string): SnapshotRecord | DamagedRecord {
  const fields = parseObject(text);
  const { version, diskId, createdAt: time, name, description, labels, sizeBytes, failure } = fields;
  const damaged: DamagedRecord = {
    version: undefined,
    diskId: typeof diskId === "string" ? diskId : undefined,
    createdAt: new Date(typeof time === "string" ? time : Number.NaN),
    name: typeof name === "string" ? name : undefined,
    labels: isLabels(labels) ? labels : undefined,
  };
  const { createdAt } = damaged;
  if (version !== 1 || typeof diskId !== "string" || Number.isNaN(createdAt.getTime()) || !isLabels(labels)) {
    return damaged;
  }
  if (typeof name !== "string" || typeof description !== "string") return damaged;
  const volume = volumeFactsOf(fields.volume ?? {});
  return {
    version,
    diskId,
    createdAt,
    name,
    description,
    labels,
    ...(volume === undefined ? undefined : { volume }),
    ...(typeof sizeBytes === "number" ? { sizeBytes } : undefined),
    ...(typeof failure === "string" ? { failure } : undefined),
  };
}

function parseObject(text: string): Partial<Record<keyof SnapshotRecord, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function isLabels(value: unknown): value is Labels {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((label) => typeof label === "string")
  );
}
