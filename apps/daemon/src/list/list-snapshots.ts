import type { Canvas } from "../drawing/style.ts";
import { drawTable } from "../drawing/table.ts";
import { ageInWords, sizeInWords } from "../drawing/words.ts";
import type { OwnedSnapshot } from "../inventory/cluster-inventory.ts";
import { goesInWords, keptForInWords, snapshotJson } from "../inventory/snapshot-words.ts";

export function snapshotsText(snapshots: readonly OwnedSnapshot[], now: number, isWide: boolean, canvas: Canvas) {
  const names = ["SNAPSHOT", "OF", "TAKEN", "AGE", "STATE", "SIZE", "KEPT FOR", "GOES"];
  const rows = snapshots.map((one) => [
    { text: one.id },
    { text: subjectOf(one) },
    { text: canvas.time(one.createdAt).replace(/\.\d+Z$/, "Z") },
    { text: ageInWords(Math.max(0, now - one.createdAt)) },
    { text: one.state, ...(one.state === "failed" && { style: "bad" as const }) },
    { text: one.sizeBytes === undefined ? "" : sizeInWords(one.sizeBytes) },
    { text: keptForInWords(one.keptFor) || "nothing" },
    { text: goesInWords(one, now) },
    ...(isWide
      ? [
          { text: one.hold ?? "" },
          { text: one.name ?? "" },
          { text: one.backend },
          { text: one.location },
          { text: one.disk },
        ]
      : []),
  ]);
  return drawTable(canvas, isWide ? [...names, "HOLD", "NAME", "BACKEND", "LOCATION", "DISK"] : names, rows);
}

export function snapshotsJson(snapshots: readonly OwnedSnapshot[]): readonly object[] {
  return snapshots.map((one) => ({
    ...snapshotJson(one),
    namespace: one.namespace ?? null,
    claim: one.claim ?? null,
    volume: one.volume ?? null,
    rule: one.rule ?? null,
    deltas: one.deltas ?? null,
  }));
}

function subjectOf({ namespace, claim, volume, disk }: OwnedSnapshot): string {
  if (claim !== undefined) return `${namespace}/${claim}`;
  return volume === undefined ? disk : `pv/${volume}`;
}
