import { createReadStream } from "node:fs";
import { parseTraceLine, TraceError, type TraceLine } from "@k8s-snapshots/scheduler/trace";

/** A line of a trace, or why it is none. */
export type NumberedLine = { readonly number: number } & (
  | { readonly line: TraceLine }
  /** A process that was killed left half a line. */
  | { readonly cutOff: true }
  | { readonly problem: string; readonly isNewer: boolean }
);

/**
 * The lines of a trace. Half a line is no problem where a process was killed: at the end, or before the header of the next.
 *
 * @throws {Error} if the file cannot be read
 */
export async function* readTraceLines(source: AsyncIterable<string | Uint8Array>): AsyncGenerator<NumberedLine> {
  let held: Extract<NumberedLine, { problem: string }> | undefined;
  for await (const { text, number, isEnded } of splitLines(source)) {
    if (text === "") continue;
    const read = readLine(text, number);
    if ("line" in read && held !== undefined) {
      yield read.line.type === "trace" && !read.line.continued ? { number: held.number, cutOff: true } : held;
      held = undefined;
    }
    if ("line" in read) yield read;
    else if (read.isNewer) yield read;
    else {
      if (held !== undefined) yield held;
      held = read;
      if (!isEnded) {
        yield { number, cutOff: true };
        held = undefined;
      }
    }
  }
  if (held !== undefined) yield held;
}

/** The text of a file, or of standard input for `-`. */
export function openTrace(file: string, input: NodeJS.ReadableStream): AsyncIterable<string | Uint8Array> {
  return file === "-" ? input : createReadStream(file);
}

function readLine(text: string, number: number): Exclude<NumberedLine, { cutOff: true }> {
  try {
    return { number, line: parseTraceLine(text) };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { number, problem: error.message, isNewer: error.code === "newer" };
  }
}

async function* splitLines(
  source: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<{ readonly text: string; readonly number: number; readonly isEnded: boolean }> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = "";
  for await (const chunk of source) {
    const lines = (rest + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))).split("\n");
    rest = lines.pop() as string;
    for (const text of lines) yield { text, number: ++number, isEnded: true };
  }
  if (rest !== "") yield { text: rest, number: ++number, isEnded: false };
}
