import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DatedSnapshot, decideRetention, forecast, keptPositions, parseDeltas } from "@k8s-snapshots/retention";

/**
 * What retention costs, as ratios within one run: medians of 101 runs (11 where one takes long), after a third as
 * many to warm up: with 10 before 41 runs, 10,000 take about half as long again.
 * tarsnapper 0.4 itself is left out where there is no Python.
 */
const deltas = parseDeltas("PT1H P1D P7D P30D");
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

compareWithTarsnapper();
console.log();
measureMany();
console.log();
measureOneMillisecond();
console.log();
measureForecasts();

/** Hourly snapshots: our decision, a bare sort of the same array, and tarsnapper. */
function compareWithTarsnapper(): void {
  printRow("snapshots", "order", "decide ms", "sort ms", "decide/sort", "tarsnapper ms", "tarsnapper/decide");
  for (const count of [100, 1_000, 10_000]) {
    const tarsnapper = timeTarsnapper(count);
    const sorted = hourly(count);
    for (const [order, snapshots] of [
      ["sorted", sorted],
      ["shuffled", shuffle(sorted)],
    ] as const) {
      const decide = median(() => decideRetention(deltas, snapshots));
      const sort = median(() => snapshots.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime()));
      const python = tarsnapper === undefined ? ["no Python", ""] : [tarsnapper, ratio(tarsnapper, decide)];
      printRow(count, order, decide, sort, ratio(decide, sort), ...python);
    }
  }
}

/** A million: against the sort of a Float64Array of the same times, and positions alone. */
function measureMany(): void {
  printRow("snapshots", "order", "decide ms", "sort ms", "decide/sort", "positions ms", "sort/positions");
  const sorted = hourly(1_000_000);
  for (const [order, snapshots] of [
    ["sorted", sorted],
    ["shuffled", shuffle(sorted)],
  ] as const) {
    const times = Float64Array.from(snapshots, ({ createdAt }) => createdAt.getTime());
    const decide = median(() => decideRetention(deltas, snapshots), 11);
    const sort = median(() => times.slice().sort(), 11);
    const ascending = times.slice().sort();
    const positions = median(() => keptPositions(deltas, ascending));
    printRow(1_000_000, order, decide, sort, ratio(decide, sort), positions, ratio(sort, positions));
  }
}

/** Linear: twice as many take twice as long. */
function measureOneMillisecond(): void {
  printRow("snapshots", "of one ms", "decide ms", "/ half as many");
  let before: number | undefined;
  for (const count of [16_000, 32_000, 64_000]) {
    const snapshots = hourly(count).map(({ id }) => ({ id: id.padStart(20), createdAt: new Date(START) }));
    const decide = median(() => decideRetention(deltas, snapshots));
    printRow(count, "", decide, before === undefined ? "" : ratio(decide, before));
    before = decide;
  }
}

/** Against one decision over a history of a thousand. */
function measureForecasts(): void {
  printRow("most", "method", "forecast ms", "/ decide 1,000", "schedule");
  const thousand = hourly(1_000);
  const decide = median(() => decideRetention(deltas, thousand));
  for (const text of [
    "PT1H P1D P7D",
    "PT4H PT6H P7D",
    "P1D P1M P1Y",
    "PT1H P1M P1Y P10Y",
    "PT5M PT60M PT24H P7D P52W",
    "PT1M P1D",
    "PT1M P10Y",
  ]) {
    const schedule = parseDeltas(text);
    const { most, method } = forecast(schedule);
    const took = median(() => forecast(schedule));
    printRow(most, method, took, ratio(took, decide), text);
  }
}

function printRow(...cells: readonly (string | number)[]): void {
  const texts = cells.map((cell) => {
    return typeof cell === "string" || Number.isInteger(cell) ? String(cell) : cell.toFixed(3);
  });
  console.log(texts.map((text, index) => (index === 4 ? text.padEnd(12) : text.padStart(14))).join("  "));
}

function ratio(one: number, other: number): string {
  const times = one / other;
  return times.toFixed(times < 10 ? 1 : 0);
}

function hourly(count: number): DatedSnapshot[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `snapshot-${index}`,
    createdAt: new Date(START + index * HOUR),
  }));
}

/** The same order each time: a linear congruential generator. */
function shuffle<T>(items: readonly T[]): T[] {
  const shuffled = [...items];
  let state = 1;
  for (let index = shuffled.length - 1; index > 0; index--) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (index + 1);
    [shuffled[index], shuffled[other]] = [shuffled[other] as T, shuffled[index] as T];
  }
  return shuffled;
}

function median(work: () => unknown, runs = 101): number {
  const warm = Math.ceil(runs / 3);
  const times = Array.from({ length: runs + warm }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.slice(warm).sort((a, b) => a - b)[Math.floor(runs / 2)] as number;
}

function timeTarsnapper(count: number): number | undefined {
  const python = pythonWithTarsnapper();
  if (python === undefined) return undefined;
  const script = fileURLToPath(new URL("time_tarsnapper.py", import.meta.url));
  return Number(execFileSync(python, [script, String(count), "11"], { encoding: "utf8" }));
}

/** A virtual environment in the cache folder, made once; `undefined` without Python. */
function pythonWithTarsnapper(): string | undefined {
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "k8s-snapshots", "tarsnapper");
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return python;
  try {
    execFileSync("python3", ["-m", "venv", folder], { stdio: "ignore" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", "tarsnapper==0.4.0"], { stdio: "ignore" });
    return python;
  } catch {
    return undefined;
  }
}
