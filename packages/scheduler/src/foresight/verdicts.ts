import { type Deltas, decideRetention, type ExpireReason, type KeepReason } from "@k8s-snapshots/retention";
import type { SnapshotRow } from "../state/snapshot-table.ts";

/** What a schedule says of a snapshot. */
export interface Verdict {
  /** Why it wants it; empty: it does not. */
  readonly kept: readonly KeepReason[];

  /** Why it does not want it; `undefined`: it does. */
  readonly expired: ExpireReason<SnapshotRow> | undefined;
}

const view = ({ id, createdAt }: SnapshotRow): { readonly id: string; readonly createdAt: Date } => ({
  id,
  createdAt: new Date(createdAt),
});

/** What a schedule alone says of each of them, by id. */
export function verdictsOf(deltas: Deltas, rows: readonly SnapshotRow[]): ReadonlyMap<string, Verdict> {
  const { kept, expired } = decideRetention(deltas, rows, view);
  const verdicts = new Map<string, Verdict>();
  for (const { snapshot, reasons } of kept) verdicts.set(snapshot.id, { kept: reasons, expired: undefined });
  for (const { snapshot, reason } of expired) verdicts.set(snapshot.id, { kept: [], expired: reason });
  return verdicts;
}
