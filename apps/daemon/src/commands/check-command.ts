import { type Command, Option } from "commander";
import { canvasOf } from "../drawing/style.ts";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";

/** `check`: whether the daemon may do here what its rules need. Changes nothing. */
export function addCheckCommand(program: Command, { environment, terminal, exitWith }: CommandContext): void {
  const command = program
    .command("check")
    .description(
      "show what the daemon may and may not do in this cluster and with its disks; exit code 1: not all it needs",
    )
    .addOption(new Option("--output <format>", "how to print it").choices(["text", "json"]).default("text"))
    .action(async ({ output }: { readonly output: "text" | "json" }) => {
      const settings = readSettings(command, environment);
      const { runCheck } = await import("../check/run-check.ts");
      const { checkJson, checkText } = await import("../check/check-report.ts");
      const result = await runCheck(settings, environment, (step) => void terminal.errors.write(`${step} ...\n`));
      terminal.output.write(
        output === "json" ? checkJson(result) : checkText(result, canvasOf(terminal.output, environment)),
      );
      exitWith(result.ok ? 0 : 1);
    });
  addSettingFlags(command);
}
