import type { Settings } from "../settings/settings.ts";

/** What a move is worked out with. */
export interface MigrationRequest {
  /** Of this command: how it gets to the cluster. */
  readonly settings: Settings;

  /** Settings that the command line has, by variable: what was decided. */
  readonly flags: Readonly<Record<string, string | undefined>>;

  /** The command line that this was, without its output: what is printed repeats it. */
  readonly again: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
