import { type Command, Option } from "commander";
import type { Terminal } from "../terminal.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";

/** `check`: whether the daemon may do here what its rules need. Changes nothing. */
export function addCheckCommand(
  program: Command,
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  const command = program
    .command("check")
    .description(
      "show what the daemon may and may not do with the disks of this cluster; exit code 1: not all it needs",
    )
    .addOption(new Option("--output <format>", "how to print it").choices(["text", "json"]).default("text"))
    .action(async ({ output }: { readonly output: "text" | "json" }) => {
      const settings = readSettings(command, environment);
      const { runCheck } = await import("../check/run-check.ts");
      const { checkJson, checkText } = await import("../check/check-report.ts");
      const { isFine } = await import("../check/check-backends.ts");
      const checks = await runCheck(settings, environment);
      terminal.output.write(output === "json" ? checkJson(checks) : checkText(checks));
      exitWith(checks.every(isFine) ? 0 : 1);
    });
  addSettingFlags(command);
}
