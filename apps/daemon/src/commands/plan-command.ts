import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { isDeltasError, parseDeltas } from "@k8s-snapshots/retention";
import { type Command, Option } from "commander";
import type { Terminal } from "../terminal.ts";
import { forecastJson, forecastText } from "./plan-forecast.ts";
import { parseSnapshots, parseTime, retentionJson, retentionText } from "./plan-retention.ts";
import { UsageError } from "./usage-error.ts";

interface PlanOptions {
  readonly snapshots?: string;
  readonly now?: string;
  readonly output: "text" | "json";
}

/** `plan`: what a schedule keeps, before anything is made. */
export function addPlanCommand(program: Command, terminal: Terminal): void {
  program
    .command("plan")
    .description("show what a schedule settles to, or what it keeps of snapshots that there are")
    .argument("<deltas>", 'ISO 8601 durations: "PT1H P1D P7D"')
    .option("--snapshots <file>", "JSON array of {id, createdAt}; - is standard input")
    .option("--now <time>", "as if it were this time, ISO 8601: later snapshots are left out")
    .addOption(new Option("--output <format>", "how to print it").choices(["text", "json"]).default("text"))
    .action(async (written: string, options: PlanOptions) => {
      const deltas = readDeltas(written);
      for (const { message } of deltas.warnings) terminal.errors.write(`k8s-snapshots: warning: ${message}\n`);
      const now = options.now === undefined ? undefined : parseTime("--now", options.now);
      const json = options.output === "json";
      if (options.snapshots === undefined) {
        terminal.output.write(json ? forecastJson(deltas, now) : forecastText(deltas, now));
        return;
      }
      const snapshots = parseSnapshots(options.snapshots, await readInput(options.snapshots, terminal), now);
      terminal.output.write(json ? retentionJson(deltas, snapshots) : retentionText(deltas, snapshots));
    });
}

function readDeltas(written: string): ReturnType<typeof parseDeltas> {
  try {
    return parseDeltas(written);
  } catch (error) {
    if (!isDeltasError(error)) throw error;
    const lines = error.problems.flatMap(({ message, start, end }) => [
      message,
      `  ${written}`,
      `  ${" ".repeat(start)}${"^".repeat(Math.max(1, end - start))}`,
    ]);
    throw new UsageError(lines.join("\n"));
  }
}

async function readInput(file: string, terminal: Terminal): Promise<string> {
  try {
    return file === "-" ? await readAll(terminal.input) : await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`--snapshots ${file} cannot be read: ${(error as Error).message}`);
  }
}
