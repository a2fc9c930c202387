import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/**
 * Ends the program when the standard input does: that happens also when the test run is killed, so that nothing is
 * left running.
 */
const guard = `
exec 3<&0
"$@" </dev/null 3<&- & child=$!
{ cat >/dev/null; kill -9 $child; } <&3 2>/dev/null &
exec 3<&-
wait $child`;

/** A program that runs beside the tests, and never longer than they do. Its output goes to a file. */
export class ChildProgram {
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #exited: Promise<unknown>;

  constructor(command: string, options: readonly string[], logFile: string) {
    const log = openSync(logFile, "a");
    this.#logFile = logFile;
    this.#child = spawn("sh", ["-c", guard, "guard", command, ...options], { stdio: ["pipe", log, log] });
    closeSync(log);
    this.#exited = once(this.#child, "exit");
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The end of what it has written. */
  get lastWords(): string {
    return readFileSync(this.#logFile, "utf8").slice(-2000);
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    this.#child.stdin?.end();
    await this.#exited;
  }
}
