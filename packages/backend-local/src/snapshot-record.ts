import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { BackendError, type Labels } from "@k8s-snapshots/backend-api";

/** What `snapshot.json` says of a snapshot. */
export interface SnapshotRecord {
  readonly version: 1;
  readonly diskId: string;
  readonly createdAt: Date;
  readonly name: string;
  readonly description: string;
  readonly labels: Labels;
  /** Once the copy is whole. */
  readonly sizeBytes?: number;
  /** Why there will be no whole copy. */
  readonly failure?: string;
}

/** @throws {BackendError} `unexpected` if the file isn't what {@link writeRecord} writes. */
export async function readRecord(path: string): Promise<SnapshotRecord> {
  const text = await readFile(path, "utf8");
  const record = parseRecord(text);
  if (record) return record;
  throw new BackendError("unexpected", `${path} is damaged: repair it, or move its folder away`);
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

function parseRecord(text: string): SnapshotRecord | undefined {
  let value: Partial<Record<keyof SnapshotRecord, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, diskId, createdAt: time, name, description, labels, sizeBytes, failure } = value ?? {};
  const createdAt = new Date(typeof time === "string" ? time : Number.NaN);
  if (version !== 1 || typeof diskId !== "string" || Number.isNaN(createdAt.getTime()) || !isLabels(labels)) {
    return undefined;
  }
  if (typeof name !== "string" || typeof description !== "string") return undefined;
  return {
    version,
    diskId,
    createdAt,
    name,
    description,
    labels,
    ...(typeof sizeBytes === "number" ? { sizeBytes } : undefined),
    ...(typeof failure === "string" ? { failure } : undefined),
  };
}

function isLabels(value: unknown): value is Labels {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((label) => typeof label === "string")
  );
}
