import type { Disk } from "@k8s-snapshots/backend-api";
import { parseDeltas } from "@k8s-snapshots/retention";
import type { Rule } from "../rule.ts";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import { decidingLabels } from "../state/deciding-labels.ts";
import type { DiskState } from "../state/disk-state.ts";
import { SnapshotTable } from "../state/snapshot-table.ts";
import type { WrittenRule, WrittenSnapshot, WrittenState } from "./trace-line.ts";

export function writeRule({ deltas, disk: _, ...rule }: Rule): WrittenRule {
  return { ...rule, ...(deltas !== undefined && { deltas: deltas.text }) };
}

/** @throws {Error} if its schedule cannot be read */
export function readRule({ deltas, ...rule }: WrittenRule, disk: Disk): Rule {
  return { ...rule, disk, ...(deltas !== undefined && { deltas: parseDeltas(deltas) }) };
}

export function writeSnapshot({ createdAt, labels, ...snapshot }: ListedSnapshot): WrittenSnapshot {
  return { ...snapshot, createdAt: Number.isNaN(createdAt) ? null : createdAt, labels: decidingLabels(labels) };
}

export function readSnapshot({ createdAt, ...snapshot }: WrittenSnapshot): ListedSnapshot {
  return { ...snapshot, createdAt: createdAt ?? Number.NaN };
}

export function writeState({ disk: _, rule, table, ...state }: DiskState): WrittenState {
  const marks = table.kinds;
  const indexOf = new Map(marks.map((one, index) => [one, index]));
  const rows = table.rows().map((row): WrittenState["table"]["rows"][number] => {
    return [row.id, row.createdAt, row.state, row.requestedHere, indexOf.get(row.marks) as number];
  });
  return { ...state, ...(rule !== undefined && { rule: writeRule(rule) }), table: { marks, rows } };
}

/** @throws {Error} if it is malformed */
export function readState({ rule, table, ...state }: WrittenState, disk: Disk): DiskState {
  const rows = table.rows.map(([id, createdAt, snapshotState, requestedHere, index]) => {
    const marks = table.marks[index];
    if (marks === undefined) throw new Error(`snapshot ${id} has no marks`);
    return { id, createdAt, state: snapshotState, requestedHere, marks };
  });
  return { ...state, disk, ...(rule !== undefined && { rule: readRule(rule, disk) }), table: SnapshotTable.of(rows) };
}

const infinite: ReadonlySet<unknown> = new Set(["Infinity", "-Infinity", "NaN"]);

/** JSON that keeps infinite numbers. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "number" && !Number.isFinite(one) ? { number: String(one) } : one,
  );
}

/** The counterpart of {@link writeJson}; reads any other JSON too. */
export function readJson(text: string): unknown {
  if (!text.includes('{"number":')) return JSON.parse(text);
  return JSON.parse(text, (_, one: unknown) => {
    const { number, ...rest } = (one ?? {}) as { number?: unknown };
    const isWritten = infinite.has(number) && Object.keys(rest).length === 0;
    return isWritten ? Number(number) : one;
  });
}
