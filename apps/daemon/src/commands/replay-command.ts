import { type Command, Option } from "commander";
import type { CommandContext } from "./command-context.ts";
import { UsageError } from "./usage-error.ts";

interface ReplayOptions {
  readonly disk?: string;
  readonly output: "text" | "json";
}

const EXAMPLES = `
Examples:
  k8s-snapshots replay trace.jsonl                     each action, with its reason; exit code 0: the core takes them all
  k8s-snapshots replay trace.jsonl --disk vol-0abc     what was known of one disk, step by step, and what was planned
  gunzip < trace.jsonl.gz | k8s-snapshots replay -     from standard input`;

/** `replay`: whether what a daemon did is what the core does with what the daemon knew. */
export function addReplayCommand(program: Command, { terminal, exitWith }: CommandContext): void {
  program
    .command("replay")
    .description(
      "run a trace (TRACE_FILE) through the planner once more, and show of each action that was taken why, or why the planner does not take it; exit code 1: there is one that it does not take",
    )
    .argument("<file>", "the trace; - is standard input")
    .option("--disk <id>", "the story of one disk: what came to be known, and what was planned then")
    .addOption(new Option("--output <format>", "how to print it").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, { disk, output }: ReplayOptions) => {
      const { openTrace } = await import("../replay/trace-lines.ts");
      const { replayTrace } = await import("../replay/replay-trace.ts");
      const { actionJson, actionText, storyJson, storyText, summaryText } = await import("../replay/replay-report.ts");
      const actions: object[] = [];
      const story: object[] = [];
      const others = new Set<string>();
      let isFound = disk === undefined;
      const write = (text: string): void => void (output === "text" && terminal.output.write(`${text}\n`));
      const replayed = await replayTrace(openTrace(file, terminal.input), (step) => {
        if (disk !== undefined && step.state.disk.id !== disk) {
          others.add(step.state.disk.id);
          return;
        }
        isFound = true;
        if (disk !== undefined) {
          write(storyText(step));
          if (output === "json") story.push(storyJson(step));
        } else if (step.action !== undefined) write(actionText(step));
        if (step.action !== undefined && output === "json") actions.push(actionJson(step));
      }).catch((error: unknown) => {
        throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
      });
      const { problems, counts, cutOff } = replayed;
      if (problems.length > 0) throw new UsageError(problems.map((problem) => `${file}, ${problem}`).join("\n"));
      if (!isFound) throw new UsageError(`${file} does not name the disk ${disk}; it names ${few(others)}`);
      if (output === "text") terminal.output.write(summaryText(replayed));
      else {
        const document = { ...counts, cutOff, actions, ...(disk !== undefined && { story }) };
        terminal.output.write(`${JSON.stringify(document, undefined, 2)}\n`);
      }
      exitWith(counts.unexplained > 0 ? 1 : 0);
    });
}

function few(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, 10).join(", ");
  return names.size === 0 ? "none" : `${shown}${names.size > 10 ? ` and ${names.size - 10} more` : ""}`;
}
