import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { canvasOf } from "../drawing/style.ts";
import type { Settings } from "../settings/settings.ts";
import type { CommandContext } from "./command-context.ts";
import { addRestoreOptions, type RestoreOptions, undoOf, wishOf } from "./restore-options.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";

/** Between two looks at a claim that is to be bound, in milliseconds. */
const PAUSE_MS = 1_000;

/** `restore`: a new disk, PersistentVolume and claim of a snapshot. */
export function addRestoreCommand(program: Command, context: CommandContext): void {
  const { environment } = context;
  const command = addRestoreOptions(
    program
      .command("restore")
      .description(
        "show how a snapshot would be restored to a new disk, PersistentVolume and claim; with --apply, do it. What there is stays as it is",
      ),
  ).action(async (source: string | undefined, options: RestoreOptions) => {
    const settings = readSettings(command, environment);
    if (options.undo !== undefined) return undo(options.undo, source, options, settings);
    return restore(source, options, settings);
  });
  addSettingFlags(command.optionsGroup("Settings of the daemon:"));

  async function restore(source: string | undefined, options: RestoreOptions, settings: Settings): Promise<void> {
    const { terminal, stop, exitWith } = context;
    const wish = wishOf(source, options);
    const { openSession } = await import("../session.ts");
    const { planRestore } = await import("../restore/restore-plan.ts");
    const { applyRestore } = await import("../restore/apply-restore.ts");
    const { restoreJson, stepJson } = await import("../restore/restore-json.ts");
    const { planLines, stepLine, outcomeLines } = await import("../restore/restore-text.ts");
    const isText = options.output === "text";
    const canvas = canvasOf(terminal.output, environment);
    const isJson = options.output === "json";
    const begun = performance.now();
    const elapsed = (): number => performance.now() - begun;
    // Only what is asked for goes to where a program may read; all of it is in the document then.
    const say = (lines: readonly string[]): void => {
      const text = lines.map((line) => `${line}\n`).join("");
      if (isText) terminal.output.write(text);
      else if (!isJson) terminal.errors.write(text);
    };
    try {
      await using session = await openSession(settings, environment, stop);
      const { client, registry } = session;
      const onStep = (doing: string): void => {
        terminal.errors.write(isJson ? `${stepJson({ step: "planning", doing }, elapsed())}\n` : `${doing} ...\n`);
      };
      const plan = await planRestore(wish, { client, registry, settings, signal: stop, onStep });
      say([...planLines(plan, new Date(), canvas), ""]);
      if (!options.apply) {
        if (isJson) terminal.output.write(restoreJson(plan, undefined));
        say([canvas.paint("soft", "Nothing was made: --apply does it.")]);
        return;
      }
      const outcome = await applyRestore(plan, {
        client,
        stop,
        makesObjects: options.output !== "manifest",
        onStep: (step) => {
          if (isJson) terminal.errors.write(`${stepJson(step, elapsed())}\n`);
          else say([stepLine(step, plan, elapsed(), canvas)]);
        },
        pause: (signal) => setTimeout(PAUSE_MS, undefined, { signal }),
      });
      if (isJson) terminal.output.write(restoreJson(plan, outcome));
      else if (outcome.objects !== undefined && !outcome.isMade) {
        terminal.output.write(`${JSON.stringify(outcome.objects, undefined, 2)}\n`);
      }
      say(["", ...outcomeLines(plan, outcome, canvas)]);
      exitWith(outcome.error === undefined ? 0 : 1);
    } catch (error) {
      if (isJson) {
        const message = error instanceof Error ? error.message : String(error);
        terminal.output.write(restoreJson(undefined, undefined, message));
      }
      throw error;
    }
  }

  async function undo(
    key: string,
    source: string | undefined,
    options: RestoreOptions,
    settings: Settings,
  ): Promise<void> {
    const { terminal, stop } = context;
    const disk = undoOf(key, source, options);
    const { openSession } = await import("../session.ts");
    const { undoRestore } = await import("../restore/undo-restore.ts");
    await using session = await openSession(settings, environment, stop);
    await undoRestore(disk, session.registry, stop);
    terminal.output.write(
      options.output === "json"
        ? `${JSON.stringify({ removed: disk.diskId }, undefined, 2)}\n`
        : `${disk.diskId} is gone from ${disk.backend}/${disk.location}.\n`,
    );
  }
}
