import type { Terminal } from "../terminal.ts";

/** What all commands are given. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;

  /** Fires when the program is asked to stop; only for the commands that would run on. */
  readonly stop: AbortSignal;

  /** Sets the exit code of a command that was carried out. Default: 0. */
  readonly exitWith: (code: number) => void;
}
