import { execFile } from "node:child_process";
import { built } from "./start-daemon.ts";

/** What `k8s-snapshots replay` came to. */
export interface ReplayedTrace {
  readonly code: number;

  /** The last line: `N facts, N creations, N deletions, N actions that the core does not take`. */
  readonly summary: string;

  /** Actions that the core does not take, and whatever was wrong with the file. */
  readonly complaints: string;
}

/** Replays what a daemon wrote to its TRACE_FILE, with the program that was built here. */
export function replayTrace(file: string): Promise<ReplayedTrace> {
  return new Promise((resolve) => {
    const limits = { maxBuffer: 256 * 1024 * 1024 };
    execFile(process.execPath, [built, "replay", file], limits, (error, output, errors) => {
      const lines = output.trimEnd().split("\n");
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      const complaints = lines.filter((line) => line.includes("NOT WHAT THE CORE DOES")).join("\n") + errors;
      resolve({ code, summary: lines.at(-1) ?? "", complaints });
    });
  });
}
