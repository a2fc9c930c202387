import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";

/** `run`: the daemon. */
export function addRunCommand(program: Command, { environment, terminal, stop }: CommandContext): void {
  const command = program
    .command("run")
    .description("run the daemon; each flag is an environment variable too")
    .action(async () => {
      const settings = readSettings(command, environment);
      const { runDaemon } = await import("../daemon/run-daemon.ts");
      const { createLogger } = await import("../observability/logger.ts");
      const logger = await createLogger(settings, terminal.output, environment);
      await runDaemon({ settings, environment, logger }, stop);
    });
  addSettingFlags(command);
}
