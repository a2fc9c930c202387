import { printSnapshotRuleDefinition } from "@k8s-snapshots/k8s-source";
import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addCheckCommand } from "./commands/check-command.ts";
import type { CommandContext } from "./commands/command-context.ts";
import { addCompletionCommands } from "./commands/completion-command.ts";
import { addCoverageCommand } from "./commands/coverage-command.ts";
import { addDemoCommand } from "./commands/demo-command.ts";
import { addExplainCommand } from "./commands/explain-command.ts";
import { addHoldCommands } from "./commands/hold-commands.ts";
import { addListCommand } from "./commands/list-command.ts";
import { addMigrateCommand } from "./commands/migrate-command.ts";
import { addPlanCommand } from "./commands/plan-command.ts";
import { addReplayCommand } from "./commands/replay-command.ts";
import { addRestoreCommand } from "./commands/restore-command.ts";
import { addRunCommand } from "./commands/run-command.ts";
import { addSnapshotCommand } from "./commands/snapshot-command.ts";
import { UsageError } from "./commands/usage-error.ts";
import { SettingsError } from "./settings/settings.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Carries out a command line.
 *
 * @param stop - ends the commands that would run on. Default: nothing does
 * @returns the exit code: 0 if it was done, 1 if it failed or a check found something missing, 2 if it was not understood or a setting is wrong
 */
export async function runCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal = { output: process.stdout, errors: process.stderr, input: process.stdin },
  stop: AbortSignal = new AbortController().signal,
): Promise<number> {
  const program = new Command("k8s-snapshots")
    .description("Takes snapshots of annotated Kubernetes volumes, and lets them thin out with age.")
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.output.write(text),
      writeErr: (text) => void terminal.errors.write(text),
    });
  let exitCode = 0;
  const exitWith = (code: number): void => {
    exitCode = code;
  };
  const context: CommandContext = { environment, terminal, stop, exitWith };
  addRunCommand(program, context);
  addDemoCommand(program, context);
  addPlanCommand(program, context);
  addCheckCommand(program, context);
  addCoverageCommand(program, context);
  addListCommand(program, context);
  addExplainCommand(program, context);
  addHoldCommands(program, context);
  addSnapshotCommand(program, context);
  addRestoreCommand(program, context);
  addReplayCommand(program, context);
  addMigrateCommand(program, context);
  program
    .command("crd")
    .description("print the CustomResourceDefinition of SnapshotRules, for kubectl apply -f -")
    .action(async () => void terminal.output.write(await printSnapshotRuleDefinition()));
  await addCompletionCommands(program, args, context);

  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? error.message : String(error);
    terminal.errors.write(`k8s-snapshots: ${message.replaceAll("\n", "\nk8s-snapshots: ")}\n`);
    return error instanceof SettingsError || error instanceof UsageError ? 2 : 1;
  }
}
