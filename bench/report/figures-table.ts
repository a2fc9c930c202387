import type { DaemonFigures } from "../process/measure-daemon.ts";
import { seedFigures } from "./seed-figures.ts";

const columns = [
  "disks",
  "snapshots",
  "RSS MiB",
  "peak",
  "seed's RSS",
  "rules s",
  "first s",
  "seed's first s",
  "CPU s",
  "of list",
  "idle %",
  "stall ms",
  "list calls",
];

/** What was measured as a table, a line for each size, with the Python daemon's figures where there are any. */
export function figuresTable(all: readonly DaemonFigures[]): string {
  const rows = all.map((figures) => {
    const { disks, snapshots, settled, peak, rulesKnown, firstSnapshot, cpuUntilListed, cpuOfFirstList } = figures;
    const seed = seedFigures[disks];
    const seconds = (ms: number): string => (ms / 1_000).toFixed(2);
    return [
      disks,
      snapshots,
      settled.toFixed(0),
      peak.toFixed(0),
      seed?.memory ?? "",
      seconds(rulesKnown),
      seconds(firstSnapshot),
      seed?.firstSnapshot ?? "",
      seconds(cpuUntilListed),
      seconds(cpuOfFirstList),
      (figures.idle * 100).toFixed(2),
      figures.longestStall,
      figures.calls["DescribeSnapshots"] ?? 0,
    ].map(String);
  });
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? "").length)),
  );
  return [columns, ...rows]
    .map((row) => row.map((cell, index) => cell.padStart(widths[index] as number)).join("  "))
    .join("\n");
}
