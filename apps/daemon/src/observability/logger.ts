import { type Logger, pino, stdTimeFunctions } from "pino";
import { hasColours } from "../drawing/style.ts";
import type { Settings } from "../settings/settings.ts";

const levels = { DEBUG: "debug", INFO: "info", WARNING: "warn", ERROR: "error" } as const;

/** Readable lines on a terminal, JSON elsewhere. Each line has the stable name of what happened in `event`. */
export async function createLogger(
  settings: Settings,
  output: NodeJS.WriteStream,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Logger> {
  const level = settings.debug ? "debug" : levels[settings.logLevel];
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (output.isTTY && !settings.jsonLog) {
    // In a cluster there is no terminal.
    const { default: pretty } = await import("pino-pretty");
    return pino(
      options,
      pretty({ colorize: hasColours(output, environment), sync: true, singleLine: true, destination: output }),
    );
  }
  return pino(options, settings.jsonIndent ? indented(settings.jsonIndent, output) : pino.destination({ sync: true }));
}

function indented(spaces: number, output: NodeJS.WritableStream): { write(line: string): void } {
  return { write: (line) => void output.write(`${JSON.stringify(JSON.parse(line), undefined, spaces)}\n`) };
}
