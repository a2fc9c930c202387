import { type Command, Option } from "commander";
import { canvasOf } from "../drawing/style.ts";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";

interface ExplainOptions {
  readonly namespace?: string;
  readonly output: "text" | "wide" | "json";
}

const EXAMPLES = `
Examples:
  k8s-snapshots explain pvc/data -n shop      who asks, what the daemon does and waits for, what each snapshot is kept for
  k8s-snapshots explain pv/pvc-1c9e77a0       the same of a volume
  k8s-snapshots explain rule/nightly -n shop  the same of what a SnapshotRule is for
  k8s-snapshots explain snapshot/snap-0abc    one snapshot: what it is of, what it is kept for, when it goes

It shows what a daemon that starts now would do: what a running one waits for after an error is in the Events, in the
condition of the SnapshotRule, and on its status page.`;

/** `explain`: the whole story of one claim, volume, SnapshotRule or snapshot. Changes nothing. */
export function addExplainCommand(program: Command, { environment, terminal }: CommandContext): void {
  const command = program
    .command("explain")
    .description("tell how one claim, volume, SnapshotRule or snapshot stands, why, and what to do")
    .argument("<object>", "pvc/NAME, pv/NAME, rule/NAME or snapshot/ID")
    .option("-n, --namespace <namespace>", "of the claim or SnapshotRule. Default: the context's")
    .addOption(new Option("-o, --output <format>", "how to print it").choices(["text", "wide", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (written: string, { namespace, output }: ExplainOptions) => {
      const { parseExplainedName } = await import("../explain/explained-object.ts");
      const name = parseExplainedName(written);
      const settings = readSettings(command, environment);
      const { openSession } = await import("../session.ts");
      const { toTheMinute } = await import("../plan-diff/diff-times.ts");
      const canvas = canvasOf(terminal.output, environment);
      await using session = await openSession(settings, environment);
      if (name.kind === "Snapshot") {
        const { explainSnapshot, snapshotExplanationJson, snapshotText } = await import(
          "../explain/explain-snapshot.ts"
        );
        const snapshot = await explainSnapshot(name.id, session, settings);
        terminal.output.write(output === "json" ? snapshotExplanationJson(snapshot) : snapshotText(snapshot, canvas));
        return;
      }
      const { explainObject } = await import("../explain/explain-object.ts");
      const time = (instant: number): string => toTheMinute(canvas.time(instant));
      const explanation = await explainObject(name, namespace, session, settings, time);
      const { explainText } = await import("../explain/explain-text.ts");
      const { explainJson } = await import("../explain/explain-json.ts");
      terminal.output.write(
        output === "json" ? explainJson(explanation) : explainText(explanation, output === "wide", canvas),
      );
    });
  addSettingFlags(command.optionsGroup("Settings of the daemon:"));
}
