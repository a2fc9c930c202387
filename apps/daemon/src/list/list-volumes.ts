import { volumeJson } from "../coverage/coverage-report.ts";
import type { Protection, VolumeCoverage } from "../coverage/volume-coverage.ts";
import type { Canvas, Style } from "../drawing/style.ts";
import { drawTable } from "../drawing/table.ts";
import { ageInWords, sizeInWords } from "../drawing/words.ts";
import type { OwnedSnapshot } from "../inventory/cluster-inventory.ts";

/** A claim or volume, its coverage, and the totals of its snapshots. */
export interface ListedVolume {
  readonly coverage: VolumeCoverage;

  /** The newest first. */
  readonly snapshots: readonly OwnedSnapshot[];
}

const styles = { unprotected: "bad", late: "strong", protected: "plain", excluded: "soft" } as const satisfies Record<
  Protection,
  Style
>;

export function volumesText(volumes: readonly ListedVolume[], now: number, isWide: boolean, canvas: Canvas) {
  const names = ["VOLUME", "STATE", "NEWEST", "NEXT", "SNAPSHOTS", "SIZE", "DELTAS"];
  const rows = volumes.map(({ coverage, snapshots }) => {
    const { protection, newest, held, dueAt, rule, worstGap, volume = "" } = coverage;
    const size = snapshots.find(({ state }) => state === "ready")?.sizeBytes;
    return [
      { text: nameOf(coverage) },
      { text: protection, style: styles[protection] },
      { text: newest === undefined ? "none" : ageInWords(Math.max(0, now - newest)) },
      { text: dueAt === undefined ? "" : dueAt <= now ? "due" : `in ${ageInWords(dueAt - now)}` },
      { text: held === undefined ? "" : `${held}` },
      { text: size === undefined ? "" : sizeInWords(size) },
      { text: rule?.deltas ?? "" },
      ...(isWide
        ? [
            { text: worstGap === undefined ? "" : ageInWords(worstGap) },
            { text: rule?.backend ?? "" },
            { text: rule?.location ?? "" },
            { text: rule?.disk ?? "" },
            { text: volume },
            { text: coverage.message },
          ]
        : []),
    ];
  });
  return drawTable(canvas, isWide ? [...names, "WORST GAP", "BACKEND", "LOCATION", "DISK", "PV", "WHY"] : names, rows);
}

/** As `coverage` has it, with `newestSizeBytes` and `heldSnapshots`, the number of those that a label keeps. */
export function volumesJson(volumes: readonly ListedVolume[]): readonly object[] {
  return volumes.map(({ coverage, snapshots }) => ({
    ...volumeJson(coverage),
    newestSizeBytes: snapshots.find(({ state }) => state === "ready")?.sizeBytes ?? null,
    heldSnapshots: snapshots.filter(({ hold }) => hold !== undefined).length,
  }));
}

/** A claim as `NAMESPACE/NAME`, a volume as `pv/NAME`. */
function nameOf({ namespace, name }: VolumeCoverage): string {
  return namespace === undefined ? `pv/${name}` : `${namespace}/${name}`;
}
