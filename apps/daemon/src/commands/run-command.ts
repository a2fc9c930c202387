import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";
import { stopSignal } from "./stop-signal.ts";

/** `run`: the daemon. */
export function addRunCommand(
  program: Command,
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): void {
  const command = program
    .command("run")
    .description("run the daemon; each flag is an environment variable too")
    .action(async () => {
      const settings = readSettings(command, environment);
      const stop = stopSignal();
      const { runDaemon } = await import("../daemon.ts");
      const { createLogger } = await import("../observability/logger.ts");
      await runDaemon({ settings, environment, logger: createLogger(settings, terminal.output) }, stop);
    });
  addSettingFlags(command);
}
