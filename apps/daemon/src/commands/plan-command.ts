import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { isDeltasError, parseDeltas } from "@k8s-snapshots/retention";
import { type Command, Option } from "commander";
import type { Settings } from "../settings/settings.ts";
import type { Terminal } from "../terminal.ts";
import type { CommandContext } from "./command-context.ts";
import { forecastJson, forecastText } from "./plan-forecast.ts";
import { parseSnapshots, parseTime, retentionJson, retentionText } from "./plan-retention.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";
import { UsageError } from "./usage-error.ts";

interface PlanOptions {
  readonly cluster?: boolean;
  readonly snapshots?: string;
  readonly now?: string;
  readonly output: "text" | "json";
}

/** `plan`: what a schedule keeps, before anything is made; or what the daemon would do in a cluster now. */
export function addPlanCommand(program: Command, { environment, terminal, exitWith }: CommandContext): void {
  const command = program
    .command("plan")
    .description(
      "show what a schedule settles to, or what it keeps of snapshots that there are; with --cluster, what the daemon would do now",
    )
    .argument("[deltas]", 'ISO 8601 durations: "PT1H P1D P7D"')
    .addOption(
      new Option(
        "--cluster",
        "read the cluster and its snapshots, and show what the daemon would do; nothing is changed",
      ).conflicts(["snapshots", "now"]),
    )
    .option("--snapshots <file>", "JSON array of {id, createdAt}; - is standard input")
    .option("--now <time>", "as if it were this time, ISO 8601: later snapshots are left out")
    .addOption(new Option("--output <format>", "how to print it").choices(["text", "json"]).default("text"))
    .action(async (written: string | undefined, options: PlanOptions) => {
      if (options.cluster) {
        if (written !== undefined) throw new UsageError("plan takes deltas or --cluster, not both");
        return planCluster(readSettings(command, environment), options.output);
      }
      if (written === undefined) throw new UsageError('plan needs deltas, such as "PT1H P1D P7D", or --cluster');
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
  addSettingFlags(command.optionsGroup("Settings of the daemon, for --cluster:"));

  async function planCluster(settings: Settings, output: PlanOptions["output"]): Promise<void> {
    const { isWhole, readClusterPlan } = await import("../cluster-plan/read-cluster-plan.ts");
    const { clusterPlanJson, clusterPlanText } = await import("../cluster-plan/cluster-plan-report.ts");
    const plan = await readClusterPlan(settings, environment);
    terminal.output.write(output === "json" ? clusterPlanJson(plan) : clusterPlanText(plan));
    exitWith(isWhole(plan) ? 0 : 1);
  }
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
