import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The program that was built here. */
export const built: string = fileURLToPath(new URL("../../apps/daemon/dist/main.js", import.meta.url));

/** A line of the daemon's log. */
export interface LogLine {
  readonly level?: string;
  /** ISO 8601. */
  readonly time?: string;
  readonly event?: string;
  readonly rule?: string;
  readonly backend?: string;
  readonly msg?: string;
  readonly location?: string;
  readonly member?: string;
}

/** The built daemon, as a process of its own. */
export class Daemon {
  readonly log: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown[]>;

  /** @param program - Default: the one that was built here */
  constructor(environment: Readonly<Record<string, string>>, program: string = built) {
    // Here seconds stand for hours.
    const quick = { SCHEDULE_CHANGE_GRACE: "PT0S", MIN_INTERVAL: "PT0S" };
    const inherited = { PATH: process.env["PATH"] ?? "", AWS_EC2_METADATA_DISABLED: "true" };
    this.#child = spawn(process.execPath, [program, "run"], {
      env: { ...inherited, HTTP_LISTEN: "127.0.0.1:0", PAGE_LISTEN: "", LOG_LEVEL: "DEBUG", ...quick, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#exited = once(this.#child, "exit");
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      if (output) createInterface({ input: output }).on("line", (line) => this.log.push(parse(line)));
    }
    process.once("exit", () => this.#child.kill("SIGKILL"));
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The end of its log, for a test that fails. */
  get lastWords(): string {
    return this.log
      .slice(-150)
      .map((line) => JSON.stringify(line))
      .join("\n");
  }

  /** Sends it a signal, such as one that stops it for a while. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  says(event: string, rule?: string): boolean {
    return this.log.some((line) => line.event === event && (rule === undefined || line.rule === rule));
  }

  /** Waits for its end. @returns the exit code */
  async ended(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }

  /** @returns the exit code */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    if (this.isRunning) this.#child.kill(signal);
    return this.ended();
  }
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}
