import type { Command } from "commander";
import { parseSettings } from "../settings/settings.ts";
import type { CommandContext } from "./command-context.ts";

const EXAMPLES = `
Examples:
  source <(k8s-snapshots completion bash)                                       in ~/.bashrc
  source <(k8s-snapshots completion zsh)                                        in ~/.zshrc, after compinit
  k8s-snapshots completion fish > ~/.config/fish/completions/k8s-snapshots.fish

Names of claims, volumes, SnapshotRules and namespaces are asked of the cluster of the current context, for two seconds at
most.`;

const DESCRIPTION = "print the script by which a shell completes commands, flags and names of objects";

/**
 * `completion`, and the hidden `complete` that its scripts call with what was typed. Both follow from the commands that there
 * are, so that this comes last.
 *
 * @param args - those of the command line: what completes is loaded for these two only
 */
export async function addCompletionCommands(
  program: Command,
  args: readonly string[],
  { environment }: CommandContext,
): Promise<void> {
  if (args[0] !== "completion" && args[0] !== "complete") {
    program.command("completion").description(DESCRIPTION);
    return;
  }
  const { default: tab } = await import("@bomb.sh/tab/commander");
  const completion = tab(program, { completionCommandName: "completion" });
  const named = (name: string): Command | undefined => program.commands.find((one) => one.name() === name);
  named("completion")?.description(DESCRIPTION).addHelpText("after", EXAMPLES);
  named("complete")?.hook("preAction", async (_, { args: words }) => {
    const { readObjectNames } = await import("../completion/object-names.ts");
    const { namespaces, objects } = await readObjectNames(
      parseSettings(environment, {}),
      environment,
      namespaceIn(words),
    );
    for (const { options, arguments: positionals } of completion.commands.values()) {
      const namespace = options.get("namespace");
      if (namespace !== undefined) namespace.handler = offer(namespaces);
      const object = positionals.get("object");
      if (object !== undefined) object.handler = offer(objects);
    }
  });
}

function offer(names: readonly string[]): (complete: (value: string, description: string) => void) => void {
  return (complete) => {
    for (const name of names) complete(name, "");
  };
}

/** What was typed after `-n`. */
function namespaceIn(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const [, value] = /^(?:--namespace|-n)=(.+)$/.exec(word) ?? [];
    if (value !== undefined) return value;
    const next = words[index + 1];
    if ((word === "-n" || word === "--namespace") && next && !next.startsWith("-")) return next;
  }
  return undefined;
}
