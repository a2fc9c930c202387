import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DatedSnapshot, decideRetention, parseDeltas } from "@k8s-snapshots/retention";

/**
 * Hourly snapshots against `PT1H P1D P7D P30D`: our decision, a bare sort of the same array, and tarsnapper 0.4 itself,
 * in one run. The median of 41 runs each. tarsnapper is left out where there is no Python.
 */
const deltas = parseDeltas("PT1H P1D P7D P30D");
const runs = 41;

console.log("snapshots  order     decide ms  sort ms  decide/sort  tarsnapper ms  tarsnapper/decide");
for (const count of [100, 1_000, 10_000]) {
  const tarsnapper = timeTarsnapper(count);
  const sorted = hourly(count);
  for (const [order, snapshots] of [
    ["sorted", sorted],
    ["shuffled", shuffle(sorted)],
  ] as const) {
    const decide = median(() => decideRetention(deltas, snapshots));
    const sort = median(() => snapshots.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime()));
    const cells = [
      String(count).padStart(9),
      order.padEnd(8),
      decide.toFixed(3).padStart(10),
      sort.toFixed(3).padStart(8),
      (decide / sort).toFixed(1).padStart(12),
      (tarsnapper?.toFixed(1) ?? "no Python").padStart(14),
      (tarsnapper === undefined ? "" : (tarsnapper / decide).toFixed(0)).padStart(18),
    ];
    console.log(cells.join("  "));
  }
}

function hourly(count: number): DatedSnapshot[] {
  const start = Date.UTC(2026, 0, 1);
  return Array.from({ length: count }, (_, index) => ({
    id: `snapshot-${index}`,
    createdAt: new Date(start + index * 3_600_000),
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

function median(work: () => unknown): number {
  const times = Array.from({ length: runs + 10 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.slice(10).sort((a, b) => a - b)[Math.floor(runs / 2)] as number;
}

function timeTarsnapper(count: number): number | undefined {
  const python = pythonWithTarsnapper();
  if (python === undefined) return undefined;
  const script = fileURLToPath(new URL("time_tarsnapper.py", import.meta.url));
  return Number(execFileSync(python, [script, String(count), String(Math.ceil(runs / 4))], { encoding: "utf8" }));
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
