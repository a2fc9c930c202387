import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { canvasOf } from "../drawing/style.ts";
import { forecastJson, forecastText } from "../plan/forecast-report.ts";
import { parseTime } from "../plan/parse-time.ts";
import { readDeltas } from "../plan/read-deltas.ts";
import { readSnapshots } from "../plan/read-snapshots.ts";
import { decide, retentionJson, retentionText } from "../plan/retention-report.ts";
import type { Settings } from "../settings/settings.ts";
import type { Terminal } from "../terminal.ts";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, givenSettingFlags, readSettings } from "./setting-flags.ts";
import { UsageError } from "./usage-error.ts";

interface PlanOptions {
  readonly cluster?: boolean;
  readonly snapshots?: string;
  readonly now?: string;
  readonly output: "text" | "json";
}

const EXAMPLES = `
Examples:
  k8s-snapshots plan "PT1H P1D P7D"                        what it settles to
  aws ec2 describe-snapshots --filters Name=volume-id,Values=vol-0abc |
    k8s-snapshots plan "PT1H P1D P7D" --snapshots -        what it keeps of these
  k8s-snapshots plan --cluster                             what the daemon would do now`;

/** `plan`: what a schedule keeps, before anything is made; or what the daemon would do in a cluster now. */
export function addPlanCommand(program: Command, { environment, terminal, exitWith }: CommandContext): void {
  const command = program
    .command("plan")
    .description(
      "show what a schedule settles to, or what it keeps of snapshots that there are; with --cluster, what the daemon would do now",
    )
    .argument("[deltas...]", 'ISO 8601 durations: "PT1H P1D P7D"')
    .addOption(
      new Option(
        "--cluster",
        "read the cluster and its snapshots, and show what the daemon would do; nothing is changed",
      ).conflicts(["snapshots", "now"]),
    )
    .option(
      "--snapshots <file>",
      "JSON array of {id, createdAt}, or of aws, gcloud, doctl, restic; - is standard input",
    )
    .option("--now <time>", "as if it were this time, ISO 8601: later snapshots are left out")
    .addOption(new Option("--output <format>", "how to print it").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (words: readonly string[], options: PlanOptions) => {
      if (options.cluster) {
        if (words.length > 0) throw new UsageError("plan takes deltas or --cluster, not both");
        return planCluster(readSettings(command, environment), options.output);
      }
      const [flag] = givenSettingFlags(command);
      if (flag !== undefined) throw new UsageError(`${flag} is for plan --cluster: deltas alone depend on no setting`);
      if (words.length === 0) throw new UsageError('plan needs deltas, such as "PT1H P1D P7D", or --cluster');
      const deltas = readDeltas(words.join(" "));
      for (const { message } of deltas.warnings) terminal.errors.write(`k8s-snapshots: warning: ${message}\n`);
      const now = options.now === undefined ? undefined : parseTime("--now", options.now);
      const isJson = options.output === "json";
      const canvas = canvasOf(terminal.output, environment);
      if (options.snapshots === undefined) {
        terminal.output.write(isJson ? forecastJson(deltas, now) : forecastText(deltas, now, canvas));
        return;
      }
      const snapshots = readSnapshots(options.snapshots, await readInput(options.snapshots, terminal));
      const at = now ?? new Date();
      const decisions = decide(deltas, snapshots, at, now !== undefined);
      terminal.output.write(isJson ? retentionJson(decisions) : retentionText(deltas, decisions, at, canvas));
    });
  addSettingFlags(command.optionsGroup("Settings of the daemon, for --cluster:"));

  async function planCluster(settings: Settings, output: PlanOptions["output"]): Promise<void> {
    const { isWhole, readClusterPlan } = await import("../cluster-plan/read-cluster-plan.ts");
    const { clusterPlanJson, clusterPlanText } = await import("../cluster-plan/cluster-plan-report.ts");
    const plan = await readClusterPlan(settings, environment);
    terminal.output.write(
      output === "json" ? clusterPlanJson(plan) : clusterPlanText(plan, canvasOf(terminal.output, environment)),
    );
    exitWith(isWhole(plan) ? 0 : 1);
  }
}

async function readInput(file: string, terminal: Terminal): Promise<string> {
  try {
    return file === "-" ? await readAll(terminal.input) : await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`--snapshots ${file} cannot be read: ${(error as Error).message}`);
  }
}
