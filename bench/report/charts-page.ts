import type { DaemonFigures } from "../process/measure-daemon.ts";
import { type Chart, type Line, lineChart } from "./line-chart.ts";
import { seedFigures } from "./seed-figures.ts";

/** A page that shows how cost grows with the number of disks. */
export function chartsPage(all: readonly DaemonFigures[], measuredOn: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>k8s-snapshots: how cost grows</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; --line-0: light-dark(#0b57d0, #8ab4f8); --line-1: light-dark(#b3261e, #f2b8b5); }
  body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
  main { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem; }
  figure { margin: 0; } figcaption { font-weight: 600; } small { font-weight: 400; opacity: .7; }
  svg { width: 100%; } svg text { font-size: 11px; fill: currentColor; }
  .grid { stroke: currentColor; opacity: .15; }
  polyline { fill: none; stroke: currentColor; stroke-width: 2; } circle { fill: currentColor; }
  .line-0 { color: var(--line-0); } .line-1 { color: var(--line-1); } .reference { opacity: .6; } .reference polyline { stroke-dasharray: 4 4; }
  .legend { margin: 0; } .legend span { margin-right: 1rem; }
</style>
<h1>How cost grows with the number of disks</h1>
<p>The built program as the image runs it, each disk with ${snapshotsOf(all)} snapshots, against stand-ins of Kubernetes and EC2 on the
same machine. ${measuredOn}. Written by <code>pnpm bench:process</code>.</p>
<main>
${charts(all).map(lineChart).join("\n")}
</main>
</html>
`;
}

function snapshotsOf([first]: readonly DaemonFigures[]): number {
  return first === undefined ? 0 : Math.round(first.snapshots / Math.max(1, first.disks - 1));
}

function charts(all: readonly DaemonFigures[]): readonly Chart[] {
  const line = (name: string, of: (figures: DaemonFigures) => number): Line => ({
    name,
    points: all.map((figures) => [figures.disks, of(figures)]),
  });
  const seedMemory = Object.entries(seedFigures).map(([disks, { memory }]) => [Number(disks), memory] as const);
  return [
    {
      title: "Memory",
      unit: "MiB resident",
      lines: [
        line("settled", ({ settled }) => settled),
        line("peak", ({ peak }) => peak),
        { name: "the Python daemon", points: seedMemory, isReference: true },
      ],
    },
    {
      title: "CPU until all was listed",
      unit: "seconds",
      lines: [
        line("from the start", ({ cpuUntilListed }) => cpuUntilListed / 1_000),
        line("of the list", ({ cpuOfFirstList }) => cpuOfFirstList / 1_000),
      ],
    },
    { title: "CPU when nothing is due", unit: "% of a core", lines: [line("idle", ({ idle }) => idle * 100)] },
    {
      title: "Calls of the first list",
      unit: "DescribeSnapshots",
      lines: [line("pages", ({ calls }) => calls["DescribeSnapshots"] ?? 0)],
    },
    {
      title: "Lateness of a snapshot that is due at the start",
      unit: "seconds after it",
      lines: [
        line("first snapshot", ({ firstSnapshot }) => firstSnapshot / 1_000),
        line("rules known", ({ rulesKnown }) => rulesKnown / 1_000),
      ],
    },
    {
      title: "Longest stall of the event loop",
      unit: "ms",
      lines: [line("stall", ({ longestStall }) => longestStall)],
    },
  ];
}
