import {
  type DatedSnapshot,
  type Deltas,
  decideRetention,
  describeExpireReason,
  describeKeepReason,
} from "@k8s-snapshots/retention";
import { UsageError } from "./usage-error.ts";

/**
 * Reads a JSON array of `{id, createdAt}`.
 *
 * @param now - snapshots dated later are left out
 * @throws {UsageError} if it is none: names the file and the entry
 */
export function parseSnapshots(file: string, json: string, now: Date | undefined): DatedSnapshot[] {
  let entries: unknown;
  try {
    entries = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--snapshots ${file} holds no JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(entries)) throw new UsageError(`--snapshots ${file} must hold an array of {id, createdAt}`);
  const snapshots = entries.map((entry: { id?: unknown; createdAt?: unknown } | null, index) => {
    const where = `entry ${index} of ${file}`;
    if (typeof entry?.id !== "string") throw new UsageError(`${where}: id must be a text`);
    if (typeof entry.createdAt !== "string") throw new UsageError(`${where}: createdAt must be a text`);
    return { id: entry.id, createdAt: parseTime(`${where}: createdAt`, entry.createdAt) };
  });
  const ids = new Set<string>();
  for (const { id } of snapshots) {
    if (ids.has(id)) throw new UsageError(`${file} has the snapshot ${id} twice`);
    ids.add(id);
  }
  return now === undefined ? snapshots : snapshots.filter(({ createdAt }) => createdAt <= now);
}

/** @throws {UsageError} if it is not a time */
export function parseTime(what: string, written: string): Date {
  const time = new Date(written);
  if (!/^\d{4}-\d\d/.test(written) || Number.isNaN(time.getTime())) {
    throw new UsageError(`${what}: ${JSON.stringify(written)} is no ISO 8601 time such as 2026-03-01T00:00:00Z`);
  }
  return time;
}

/** `{kept: [{id, reasons}], expired: [{id, reason}]}`, newest first. */
export function retentionJson(deltas: Deltas, snapshots: readonly DatedSnapshot[]): string {
  const { kept, expired } = decideRetention(deltas, snapshots);
  const answer = {
    kept: kept.map(({ snapshot, reasons }) => ({ id: snapshot.id, reasons: reasons.map(describeKeepReason) })),
    expired: expired.map(({ snapshot, reason }) => ({ id: snapshot.id, reason: describeExpireReason(reason) })),
  };
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}

/** A line for each snapshot, newest first. */
export function retentionText(deltas: Deltas, snapshots: readonly DatedSnapshot[]): string {
  const { kept, expired } = decideRetention(deltas, snapshots);
  const rows = [
    ...kept.map(({ snapshot, reasons }) => ({
      snapshot,
      what: "keep",
      why: reasons.map(describeKeepReason).join("; "),
    })),
    ...expired.map(({ snapshot, reason }) => ({ snapshot, what: "expire", why: describeExpireReason(reason) })),
  ].sort((a, b) => b.snapshot.createdAt.getTime() - a.snapshot.createdAt.getTime());
  const widest = Math.max(0, ...rows.map(({ snapshot }) => snapshot.id.length));
  const lines = rows.map(
    ({ snapshot, what, why }) =>
      `${what.padEnd(6)}  ${snapshot.createdAt.toISOString()}  ${snapshot.id.padEnd(widest)}  ${why}`,
  );
  return [...lines, `${kept.length} kept, ${expired.length} expired by ${deltas.text}`, ""].join("\n");
}
