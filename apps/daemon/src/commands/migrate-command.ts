import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { canvasOf } from "../drawing/style.ts";
import type { Migration } from "../migrate/migration.ts";
import type { MigrationRequest } from "../migrate/migration-request.ts";
import { parseTime } from "../plan/parse-time.ts";
import { flagOf } from "../settings/setting.ts";
import { settingTable } from "../settings/settings.ts";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, givenSettings, readSettings } from "./setting-flags.ts";
import { UsageError } from "./usage-error.ts";

interface MigrateOptions {
  readonly namespace?: string;
  readonly deployment?: string;
  readonly rules?: string;
  readonly snapshots?: string;
  readonly now?: string;
  readonly output: "text" | "json" | "values" | "kustomization";
}

const EXAMPLES = `
Examples:
  k8s-snapshots migrate                                    of the Deployment kube-system/k8s-snapshots
  k8s-snapshots migrate -n backup --deployment snapshots   of another one
  k8s-snapshots migrate --trusted-namespaces kube-system,shop
                                                           with something decided: a setting of this daemon
  k8s-snapshots migrate --output values > values.yaml      the values for the Helm chart alone
  k8s-snapshots migrate --output kustomization > kustomization.yaml
                                                           the same for the plain manifests, without Helm
  k8s-snapshots migrate --deployment deployment.yaml --rules objects.yaml --snapshots snapshots.json
                                                           of files alone; nobody is asked:
      kubectl -n kube-system get deployment k8s-snapshots -o yaml > deployment.yaml
      kubectl get pv,pvc,snapshotrules -A -o yaml > objects.yaml
      aws ec2 describe-snapshots --owner-ids self > snapshots.json

It changes nothing. Settings as flags are what you decide: they are in the printed values, and the plan is made with them.
Exit code 0: nothing is in the way; 1: something has to be decided or corrected first, or could not be read.`;

/** `migrate`: what a move from the Python daemon, or from an earlier release, would do, before anything is done. */
export function addMigrateCommand(program: Command, { environment, terminal, exitWith }: CommandContext): void {
  const command = program
    .command("migrate")
    .description(
      "show what a move from the Python daemon, or from version 0.1, would do: values for the Helm chart, what becomes of each variable, rule and snapshot, and what has to be decided first",
    )
    .option("-n, --namespace <namespace>", "of the Deployment that is moved from. Default: kube-system")
    .option(
      "--deployment <name|file>",
      "its name, or a file with its manifest, in YAML or JSON. Default: k8s-snapshots",
    )
    .option("--rules <file>", "volumes, claims and SnapshotRules, in YAML or JSON, instead of a cluster's")
    .option(
      "--snapshots <file>",
      "what aws, gcloud or doctl print of snapshots, instead of asking; - is standard input",
    )
    .option("--now <time>", "of files: as if it were this time, ISO 8601")
    .addOption(
      new Option("-o, --output <format>", "how to print it")
        .choices(["text", "json", "values", "kustomization"])
        .default("text"),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (options: MigrateOptions) => {
      const settings = readSettings(command, environment);
      const flags = givenSettings(command);
      const request = { settings, flags, again: commandLineOf(options, flags), environment };
      const migration = await work(options, request);
      const { migrationJson, migrationKustomization, migrationValues } = await import(
        "../migrate/migration-documents.ts"
      );
      const { migrationText } = await import("../migrate/migration-text.ts");
      const print = {
        text: () => migrationText(migration, canvasOf(terminal.output, environment)),
        json: () => migrationJson(migration),
        values: () => migrationValues(migration),
        kustomization: () => migrationKustomization(migration),
      }[options.output];
      terminal.output.write(await print());
      const { length } = migration.decisions;
      if (length > 0 && (options.output === "values" || options.output === "kustomization")) {
        const things = length === 1 ? "one thing has" : `${length} things have`;
        terminal.errors.write(`k8s-snapshots: ${things} to be decided first: leave --output out to see\n`);
      }
      exitWith(length === 0 ? 0 : 1);
    });
  addSettingFlags(command.optionsGroup("Settings of the daemon that is moved to:"));

  async function work(options: MigrateOptions, request: MigrationRequest): Promise<Migration> {
    const { namespace, deployment, rules, snapshots, now } = options;
    const isFile = deployment !== undefined && (deployment === "-" || /[/\\]|\.(ya?ml|json)$/i.test(deployment));
    if (!isFile && rules === undefined && snapshots === undefined) {
      if (now !== undefined) throw new UsageError("--now is for files: a cluster is read as it is now");
      const { migrateFromCluster } = await import("../migrate/migrate-from-cluster.ts");
      const of = { namespace: namespace ?? "kube-system", name: deployment ?? "k8s-snapshots" };
      return migrateFromCluster(of, request, (step) => void terminal.errors.write(`${step} ...\n`));
    }
    if (deployment !== undefined && !isFile) {
      throw new UsageError(
        `--deployment ${deployment} is not a file, and --rules and --snapshots read no cluster: write a path such as ./${deployment}.yaml`,
      );
    }
    if (namespace !== undefined) throw new UsageError("--namespace is for a cluster: a manifest says its own");
    const { migrateFromFiles } = await import("../migrate/migrate-from-files.ts");
    const at = now === undefined ? new Date() : parseTime("--now", now);
    return migrateFromFiles({ deployment, rules, snapshots }, request, readInput, at);
  }

  async function readInput(flag: string, file: string): Promise<string> {
    try {
      return file === "-" ? await readAll(terminal.input) : await readFile(file, "utf8");
    } catch (error) {
      throw new UsageError(`${flag} ${file} cannot be read: ${(error as Error).message}`);
    }
  }
}

/** What was typed, but for how it is printed. */
function commandLineOf(options: MigrateOptions, flags: Readonly<Record<string, string | undefined>>): string {
  const settings = new Map(Object.values(settingTable).map((setting) => [setting.variable as string, flagOf(setting)]));
  const words = [
    ...(["namespace", "deployment", "rules", "snapshots", "now"] as const).map((name) => [`--${name}`, options[name]]),
    ...Object.entries(flags).map(([variable, value]) => [settings.get(variable), value]),
  ].flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${quoted(value)}`]));
  return ["k8s-snapshots migrate", ...words].join(" ");
}

function quoted(value: string): string {
  return /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
