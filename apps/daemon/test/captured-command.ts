import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { runCommandLine } from "../src/command-line.ts";

/** What a command line came to. */
export interface CapturedCommand {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Carries out a command line in this process, and keeps what it writes. */
export async function captureCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = "",
  stop: AbortSignal = new AbortController().signal,
): Promise<CapturedCommand> {
  const output = new PassThrough();
  const errors = new PassThrough();
  const terminal = { output: output as unknown as NodeJS.WriteStream, errors, input: Readable.from([input]) };
  const code = await runCommandLine(args, environment, terminal, stop);
  output.end();
  errors.end();
  return { code, output: await text(output), errors: await text(errors) };
}
