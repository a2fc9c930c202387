/**
 * Traces: what the core came to know, line by line, and what it makes of them when they are replayed. Unstable: names and
 * shapes may change in any release; traces that are written stay readable.
 *
 * @packageDocumentation
 */
export type { JudgedAction } from "./judge-action.ts";
export { parseTraceLine, TraceError } from "./read-line.ts";
export { Replay, type ReplayCounts, type ReplayStep } from "./replay.ts";
export type { TracedAction, TracedDisks, TraceEvent } from "./trace-event.ts";
export { TRACE_VERSION, type TraceLine } from "./trace-line.ts";
export { TraceRecorder } from "./trace-recorder.ts";
