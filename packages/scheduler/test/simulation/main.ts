import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { writeReport } from "../support/write-report.ts";
import { commandOf, shrink } from "./shrink.ts";
import { type SeedResult, simulateSeed } from "./simulate-seed.ts";
import { Summary } from "./summary.ts";
import { isSwitch, type Switch, switches } from "./switches.ts";

/** What one thread works through: every `step`th seed. */
interface Share {
  readonly from: number;
  readonly until: number;
  readonly step: number;
  readonly only: ReadonlySet<Switch> | undefined;
}

const MOST_SHRUNK = 10;

if (isMainThread) process.exitCode = await main();
else {
  const { from, until, step, only } = workerData as Share;
  for (let seed = from; seed < until; seed += step) parentPort?.postMessage(await simulateSeed(seed, only));
}

/** `pnpm simulate [--seeds N] [--from S] [--only SWITCH,…] [--threads N]` */
async function main(): Promise<number> {
  const { seeds, from, only, threads } = options();
  const began = performance.now();
  const summary = new Summary();
  const failing: SeedResult[] = [];
  const shares = Array.from({ length: Math.min(threads, seeds) }, (_, index) => ({
    from: from + index,
    until: from + seeds,
    step: Math.min(threads, seeds),
    only,
  }));
  await Promise.all(
    shares.map((share) =>
      workThrough(share, (result) => {
        summary.add(result);
        if (result.violations.length > 0) failing.push(result);
      }),
    ),
  );
  process.stdout.write(`${summary.lines(performance.now() - began).join("\n")}\n`);
  failing.sort((a, b) => a.seed - b.seed);
  for (const result of failing.slice(0, MOST_SHRUNK)) await show(result);
  if (failing.length > MOST_SHRUNK) {
    process.stdout.write(
      `and ${failing
        .slice(MOST_SHRUNK)
        .map(({ seed }) => seed)
        .join(", ")}\n`,
    );
  }
  if (process.env["CI"]) writeReport("simulate", { passed: seeds - failing.length, failed: failing.length });
  return failing.length === 0 ? 0 : 1;
}

function workThrough(share: Share, onResult: (result: SeedResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.on("message", onResult);
    worker.on("error", reject);
    worker.on("exit", () => resolve());
  });
}

async function show(result: SeedResult): Promise<void> {
  const smallest = await shrink(result);
  process.stdout.write(`\nseed ${result.seed}: ${commandOf(smallest)}\n`);
  for (const { invariant, at, detail } of smallest.violations.slice(0, 5)) {
    process.stdout.write(`  ${invariant}\n    after ${(at / 3_600_000).toFixed(2)} h: ${detail}\n`);
  }
}

function options(): { seeds: number; from: number; only: ReadonlySet<Switch> | undefined; threads: number } {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "100" },
      from: { type: "string", default: "1" },
      only: { type: "string" },
      threads: { type: "string", default: String(Math.min(2, availableParallelism())) },
    },
  });
  const names = values.only?.split(",").filter((name) => name !== "none");
  const wrong = names?.find((name) => !isSwitch(name));
  if (wrong !== undefined) throw new TypeError(`${wrong} is not a switch: ${switches.join(", ")}`);
  const only = names === undefined ? undefined : new Set(names.filter(isSwitch));
  return { seeds: Number(values.seeds), from: Number(values.from), only, threads: Number(values.threads) };
}
