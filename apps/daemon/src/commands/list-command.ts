import { Argument, type Command, Option } from "commander";
import { canvasOf } from "../drawing/style.ts";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";

interface ListOptions {
  readonly namespace?: string;
  readonly output: "text" | "wide" | "json" | "yaml";
}

const EXAMPLES = `
Examples:
  k8s-snapshots list                          each claim and volume: protected or not, newest, next, how many
  k8s-snapshots list snapshots -n shop        each snapshot: what it is kept for, and when it goes
  k8s-snapshots list rules -o wide            each object that asks for snapshots, and what became of that
  k8s-snapshots list snapshots -o json | jq '.snapshots[] | select(.hold != null)'

Snapshots are listed of all locations where a rule has a disk. Exit code 1: one of them could not be listed.`;

/** `list`: volumes, snapshots or rules, one a line. */
export function addListCommand(program: Command, { environment, terminal, exitWith }: CommandContext): void {
  const command = program
    .command("list")
    .description("list the volumes of the cluster, their snapshots, or the rules that ask for them")
    .addArgument(new Argument("[what]", "of what").choices(["volumes", "snapshots", "rules"]).default("volumes"))
    .option("-n, --namespace <namespace>", "only of one namespace. Default: all")
    .addOption(
      new Option("-o, --output <format>", "how to print it").choices(["text", "wide", "json", "yaml"]).default("text"),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (what: "volumes" | "snapshots" | "rules", { namespace, output }: ListOptions) => {
      const { listCluster } = await import("../list/list-cluster.ts");
      const canvas = canvasOf(terminal.output, environment);
      const { text, isWhole } = await listCluster(what, {
        settings: readSettings(command, environment),
        environment,
        namespace,
        output,
        canvas,
      });
      terminal.output.write(text);
      exitWith(isWhole ? 0 : 1);
    });
  addSettingFlags(command.optionsGroup("Settings of the daemon:"));
}
