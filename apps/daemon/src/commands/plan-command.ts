import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { canvasOf } from "../drawing/style.ts";
import { forecastJson, forecastText } from "../plan/forecast-report.ts";
import { parseTime } from "../plan/parse-time.ts";
import { readDeltas } from "../plan/read-deltas.ts";
import { readSnapshots } from "../plan/read-snapshots.ts";
import { refusalOf } from "../plan/refusal.ts";
import { decide, retentionJson, retentionText } from "../plan/retention-report.ts";
import type { Settings } from "../settings/settings.ts";
import type { CommandContext } from "./command-context.ts";
import { addPlanOptions, type PlanOptions, refuseOptionsInVain } from "./plan-options.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";
import { UsageError } from "./usage-error.ts";

/** `plan`: what a schedule keeps, before anything is made; what an edit would delete; or what the daemon would do now. */
export function addPlanCommand(program: Command, context: CommandContext): void {
  const { environment, terminal, exitWith } = context;
  const command = addPlanOptions(
    program
      .command("plan")
      .description(
        "show what a schedule settles to, or what it keeps of snapshots that there are; with --diff, what an edit of the deltas would delete, and when; with --cluster, what the daemon would do now",
      ),
  ).action(async (words: readonly string[], options: PlanOptions) => {
    refuseOptionsInVain(command, options);
    if (options.diff) {
      const { planClusterDiff, planDiff } = await import("./plan-diff.ts");
      const settings = readSettings(command, environment);
      if (options.cluster) return planClusterDiff(words, options, settings, context);
      return planDiff(words, options, settings, context, readInput);
    }
    if (options.cluster) {
      if (words.length > 0)
        throw new UsageError("plan takes deltas or --cluster, not both; for an edit of them: --diff");
      return planCluster(readSettings(command, environment), options.output);
    }
    if (words.length === 0) throw new UsageError('plan needs deltas, such as "PT1H P1D P7D", or --cluster');
    return planDeltas(words.join(" "), options);
  });
  addSettingFlags(command.optionsGroup("Settings of the daemon, for --cluster and --diff:"));

  async function planDeltas(text: string, options: PlanOptions): Promise<void> {
    const deltas = readDeltas(text);
    for (const { message } of deltas.warnings) terminal.errors.write(`k8s-snapshots: warning: ${message}\n`);
    const refusal = refusalOf("these deltas", text, deltas);
    if (refusal !== undefined) {
      terminal.errors.write(`k8s-snapshots: ${refusal}\n`);
      exitWith(1);
    }
    const now = options.now === undefined ? undefined : parseTime("--now", options.now);
    const isJson = options.output === "json";
    const canvas = canvasOf(terminal.output, environment);
    if (options.snapshots === undefined) {
      terminal.output.write(isJson ? forecastJson(deltas, now) : forecastText(deltas, now, canvas));
      return;
    }
    const snapshots = readSnapshots(options.snapshots, await readInput(options.snapshots));
    const at = now ?? new Date();
    const decisions = decide(deltas, snapshots, at, now !== undefined);
    terminal.output.write(isJson ? retentionJson(decisions) : retentionText(deltas, decisions, at, canvas));
  }

  async function planCluster(settings: Settings, output: PlanOptions["output"]): Promise<void> {
    const { isWhole, readClusterPlan } = await import("../cluster-plan/read-cluster-plan.ts");
    const { clusterPlanJson, clusterPlanText } = await import("../cluster-plan/cluster-plan-report.ts");
    const plan = await readClusterPlan(settings, environment);
    terminal.output.write(
      output === "json" ? clusterPlanJson(plan) : clusterPlanText(plan, canvasOf(terminal.output, environment)),
    );
    exitWith(isWhole(plan) ? 0 : 1);
  }

  async function readInput(file: string): Promise<string> {
    try {
      return file === "-" ? await readAll(terminal.input) : await readFile(file, "utf8");
    } catch (error) {
      throw new UsageError(`--snapshots ${file} cannot be read: ${(error as Error).message}`);
    }
  }
}
