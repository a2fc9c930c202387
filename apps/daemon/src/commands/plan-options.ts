import { type Command, Option } from "commander";
import { flagOf } from "../settings/setting.ts";
import { settingTable } from "../settings/settings.ts";
import { givenSettingFlags } from "./setting-flags.ts";
import { UsageError } from "./usage-error.ts";

/** The options of `plan`, as they are typed. */
export interface PlanOptions {
  readonly diff?: boolean;
  readonly cluster?: boolean;
  readonly snapshots?: string;
  readonly now?: string;
  readonly namespace?: string;
  readonly confirmDeltas?: boolean;
  readonly output: "text" | "json";
}

const EXAMPLES = `
Examples:
  k8s-snapshots plan "PT1H P1D P7D"                        what it settles to
  aws ec2 describe-snapshots --filters Name=volume-id,Values=vol-0abc |
    k8s-snapshots plan "PT1H P1D P7D" --snapshots -        what it keeps of these
  k8s-snapshots plan --diff "PT1H P1D P30D" "P1D P7D"      what that edit deletes, and when
  k8s-snapshots plan --diff "PT1H P1D P30D" "P1D P7D" --snapshots FILE
                                                           what it deletes of these
  k8s-snapshots plan --cluster                             what a daemon that starts now would do
  k8s-snapshots plan --cluster --diff "P1D P7D" pvc/data -n shop
                                                           what it would do after that edit of a claim,
                                                           a pv/NAME or a snapshotrule/NAME
  k8s-snapshots plan --cluster --diff "PT1H P1D" "P1D P7D" the same for all rules that have the first deltas

--diff runs the daemon's own planner forward: the grace after a change (SCHEDULE_CHANGE_GRACE), the deletion
budget, the newest that always stays. Exit code 2: the deltas are refused, or the same.`;

/** Gives the command its arguments and options, less the settings. */
export function addPlanOptions(command: Command): Command {
  return command
    .argument("[deltas...]", 'ISO 8601 durations: "PT1H P1D P7D"; with --diff two of them, "OLD" "NEW"')
    .option("--diff", "show what an edit from the first deltas to the second would delete, and when")
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
    .option("-n, --namespace <name>", "of the object of --cluster --diff; default: the context's")
    .option("--confirm-deltas", "with --diff, as if the annotation confirm-deltas repeated the new deltas")
    .addOption(new Option("--output <format>", "how to print it").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES);
}

/** Those that change what comes of an edit, without a cluster too. */
const settingsOfEdits: ReadonlySet<string> = new Set(
  [
    settingTable.scheduleChangeGrace,
    settingTable.deletionBudgetWindow,
    settingTable.deletionBudgetShare,
    settingTable.ignoreDeletionBudget,
    settingTable.clockTolerance,
    settingTable.minInterval,
    settingTable.scheduleSpread,
  ].map(flagOf),
);

/** @throws {UsageError} if an option is given that changes nothing */
export function refuseOptionsInVain(command: Command, { diff, cluster, namespace, confirmDeltas }: PlanOptions): void {
  if (!diff && confirmDeltas) throw new UsageError("--confirm-deltas is for plan --diff");
  if (namespace !== undefined && !(diff && cluster)) throw new UsageError("--namespace is for plan --cluster --diff");
  if (cluster) return;
  const flag = givenSettingFlags(command).find((given) => !diff || !settingsOfEdits.has(given));
  if (flag === undefined) return;
  throw new UsageError(
    `${flag} is for plan --cluster: ${diff ? "an edit of deltas" : "deltas alone"} depend${diff ? "s" : ""} on no ${diff ? "such " : ""}setting`,
  );
}
