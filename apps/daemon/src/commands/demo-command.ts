import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { UsageError } from "./usage-error.ts";

/** `demo`: the daemon on a Kubernetes API of its own and local directories. */
export function addDemoCommand(program: Command, { environment, terminal, stop }: CommandContext): void {
  program
    .command("demo")
    .description("watch volumes get snapshots that thin out, on this machine, touching nothing else")
    .option("--seconds <number>", "end by itself after so many seconds")
    .action(async ({ seconds }: { seconds?: string }) => {
      if (seconds !== undefined && !/^[1-9]\d{0,5}$/.test(seconds)) {
        throw new UsageError("--seconds must be a whole number, at least 1");
      }
      const stops = [stop];
      if (seconds !== undefined) stops.push(AbortSignal.timeout(Number(seconds) * 1_000));
      const { runDemo } = await import("../demo/run-demo.ts");
      await runDemo(terminal.output, environment, AbortSignal.any(stops));
    });
}
