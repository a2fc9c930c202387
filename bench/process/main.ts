/**
 * The whole built program at size, as the image runs it (`pnpm --filter bench build:daemon` first), against
 * stand-ins of Kubernetes and EC2. Linux only.
 *
 *     pnpm bench:process [DISKS…] [--snapshots 35] [--idle SECONDS] [--limit MIB] [--program FILE]
 *       [--json FILE] [--charts FILE]
 *
 * At the end comes a table of all sizes, with the Python daemon's figures beside. `--charts` writes a page of charts.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chartsPage } from "../report/charts-page.ts";
import { figuresTable } from "../report/figures-table.ts";
import { type DaemonFigures, measureDaemon } from "./measure-daemon.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    snapshots: { type: "string", default: "35" },
    idle: { type: "string", default: "60" },
    limit: { type: "string" },
    program: {
      type: "string",
      default: fileURLToPath(new URL("../../apps/daemon/build/image/main.js", import.meta.url)),
    },
    json: { type: "string" },
    charts: { type: "string" },
  },
});
const sizes = positionals.length === 0 ? [100, 1_000, 10_000] : positionals.map(Number);
const all: DaemonFigures[] = [];
for (const disks of sizes) {
  const figures = await measureDaemon({
    program: resolve(values.program),
    disks,
    snapshots: Number(values.snapshots),
    idleMs: Number(values.idle) * 1_000,
    ...(values.limit !== undefined && { limit: Number(values.limit) }),
  });
  all.push(figures);
  print(figures);
}
console.log(`\n${figuresTable(all)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, undefined, 2)}\n`);
if (values.charts !== undefined) writeFileSync(values.charts, chartsPage(all, measuredOn()));

/** A loaded machine is slower, and more than that: the load is part of the figures. */
function measuredOn(): string {
  const [load = 0] = loadavg();
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores, load ${load.toFixed(1)}`;
}

function print(figures: DaemonFigures): void {
  const { stalls, calls, requests, ...others } = figures;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  const lines = {
    "RSS settled, peak": `${others.settled.toFixed(1)}, ${others.peak.toFixed(1)} MiB`,
    "rules known": seconds(others.rulesKnown),
    "first snapshot": seconds(others.firstSnapshot),
    "CPU until all was listed; since the rules were known": `${seconds(others.cpuUntilListed)}; ${seconds(others.cpuOfFirstList)}`,
    "CPU idle": `${(others.idle * 100).toFixed(2)} % of a core`,
    "longest stall of the event loop": `${others.longestStall} ms (${stalls.map(({ at, ms }) => `${ms} at ${seconds(at)}`).join(", ")})`,
    calls: countsOf(calls),
    "Kubernetes requests": countsOf(requests),
    ...(others.refusals !== undefined && { "cgroup's limit reached": `${others.refusals} times` }),
  };
  console.log(`${others.disks} claims, ${others.snapshots} snapshots`);
  for (const [what, figure] of Object.entries(lines)) console.log(`  ${what.padEnd(54)} ${figure}`);
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
