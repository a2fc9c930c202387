import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { writeReport } from "../support/write-report.ts";
import { Coverage } from "./coverage.ts";
import { type Exploration, explore } from "./explore.ts";
import { exploreOnDisk } from "./explore-on-disk.ts";
import { printCounterExample } from "./print-counter-example.ts";
import { setups } from "./setups.ts";

/** What one worker explores, and what it found. */
interface Task {
  readonly setup: string;
  readonly states: number;
  readonly settleEach: number;

  /** Where to write down how far it has come; `undefined`: all is held in memory. */
  readonly directory: string | undefined;
}
interface Answer {
  readonly exploration: Exploration;
  readonly coverage: ReturnType<Coverage["counts"]>;
  readonly seconds: number;
}

if (isMainThread) await main();
else parentPort?.postMessage(await work(workerData as Task));

async function work({ setup: name, states, settleEach, directory }: Task): Promise<Answer> {
  const from = performance.now();
  const coverage = new Coverage();
  const setup = setups.find((one) => one.name === name) as (typeof setups)[number];
  const options = { states, settleEach, coverage, stopAtFault: false };
  const exploration =
    directory === undefined ? explore(setup, options) : await exploreOnDisk(setup, options, directory);
  return { exploration, coverage: coverage.counts(), seconds: (performance.now() - from) / 1_000 };
}

/**
 * `pnpm check:core [--states N] [--setup NAME] [--directory DIR]`: explores, and exits with 1 at a fault or where something
 * was never met. With a directory memory is bounded, and what was ended goes on where it was.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      states: { type: "string", default: "660000" },
      setup: { type: "string" },
      "settle-each": { type: "string", default: "200" },
      directory: { type: "string" },
    },
  });
  const from = performance.now();
  const chosen = setups.filter(({ name }) => values.setup === undefined || name === values.setup);
  const states = Math.ceil(Number(values.states) / chosen.length);
  const settleEach = Number(values["settle-each"]);
  const tasks = chosen.map(({ name }): Task => ({ setup: name, states, settleEach, directory: values.directory }));
  const answers = await inWorkers(tasks);

  const coverage = new Coverage();
  for (const [index, { exploration, seconds, ...found }] of answers.entries()) {
    coverage.add(found.coverage);
    const { states, transitions, depth, isComplete, settled } = exploration;
    const complete = isComplete ? ", complete" : "";
    console.log(
      `${tasks[index]?.setup}: ${states} states, ${transitions} transitions, depth ${depth}${complete}, ${settled} followed into the calm, ${seconds.toFixed(1)} s`,
    );
    for (const fault of exploration.faults) console.log(printCounterExample(fault));
  }
  console.log(coverage.report());
  const total = answers.reduce((sum, { exploration }) => sum + exploration.states, 0);
  const missing =
    values.setup === undefined && values.directory === undefined
      ? coverage.missing(new Set(chosen.flatMap(({ moves }) => moves)))
      : [];
  if (missing.length > 0) console.log(`never met: ${missing.join(", ")}`);
  const faults = answers.reduce((sum, { exploration }) => sum + exploration.faults.length, 0);
  console.log(
    `${total} states in ${((performance.now() - from) / 1_000).toFixed(1)} s, ${faults} faults, ${missing.length} never met`,
  );
  if (process.env["CI"]) {
    const failed =
      answers.filter(({ exploration }) => exploration.faults.length > 0).length + (missing.length > 0 ? 1 : 0);
    writeReport("check-core", { passed: answers.length + 1 - failed, failed });
  }
  process.exitCode = faults + missing.length > 0 ? 1 : 0;
}

/** One worker a core; each takes the next task when it is done. */
async function inWorkers(tasks: readonly Task[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  async function serve(): Promise<void> {
    while (next < tasks.length) {
      const index = next++;
      answers[index] = await new Promise<Answer>((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: tasks[index] });
        worker.once("message", resolve).once("error", reject);
      });
    }
  }
  await Promise.all(cpus().map(serve));
  return answers;
}
