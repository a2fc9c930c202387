import { Replay, type ReplayCounts, type ReplayStep, TraceError } from "@k8s-snapshots/scheduler/trace";
import { readTraceLines } from "./trace-lines.ts";

/** A step of a replay, and the line that it comes from. */
export type NumberedStep = ReplayStep & { readonly line: number };

/** What a whole trace came to. */
export interface ReplayedTrace {
  readonly counts: ReplayCounts;

  /** Lines that are none, with their numbers. Then the rest was read, and not replayed. */
  readonly problems: readonly string[];

  /** Numbers of lines that a process which was killed left half written. */
  readonly cutOff: readonly number[];
}

/**
 * Replays a trace.
 *
 * @param onStep - called for each fact
 * @throws {Error} if it cannot be read
 */
export async function replayTrace(
  source: AsyncIterable<string | Uint8Array>,
  onStep: (step: NumberedStep) => void,
): Promise<ReplayedTrace> {
  const replay = new Replay();
  const problems: string[] = [];
  const cutOff: number[] = [];
  for await (const read of readTraceLines(source)) {
    const { number } = read;
    if ("cutOff" in read) cutOff.push(number);
    else if ("problem" in read) {
      problems.push(`line ${number}: ${read.problem}`);
      if (read.isNewer) break;
    } else if (problems.length === 0) {
      try {
        const step = replay.take(read.line);
        if (step !== undefined) onStep({ ...step, line: number });
      } catch (error) {
        if (!(error instanceof TraceError)) throw error;
        problems.push(`line ${number}: ${error.message}`);
      }
    }
  }
  if (replay.counts.processes === 0 && problems.length === 0) problems.push("line 1: there is no trace in it");
  return { counts: replay.counts, problems, cutOff };
}
