import type { DiskMigration } from "./disk-migration.ts";
import type { Fields } from "./manifest-fields.ts";

/** Something that a person has to decide, or to correct, before the move. */
export interface Decision {
  /** Which object, variable or disk it is about. */
  readonly about: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Something that is not as it was, and needs nobody. */
export interface Change {
  readonly about: string;
  readonly what: string;
}

/** What becomes of an environment variable. */
export interface CarriedVariable {
  readonly variable: string;

  /**
   * - `same`: it means here what it meant there.
   * - `differs`: it is carried over, and means something else.
   * - `none`: nothing here reads it, and it is left out.
   * - `undecided`: a person has to say what becomes of it.
   */
  readonly meaning: "same" | "differs" | "none" | "undecided";

  /** The value of the Helm chart that it becomes; `undefined`: none. */
  readonly becomes: string | undefined;

  /** Where more is to be said of it. */
  readonly note?: string;
}

/** An object that asks for snapshots. */
export interface AskingObject {
  readonly id: string;
  readonly deltas: string | undefined;

  /**
   * - `same`: it has here what it had there.
   * - `waits`: it will have it once what it names is there.
   * - `superseded`: another object takes precedence for the same disk.
   * - `refused`: it gets nothing until somebody corrects it.
   * - `unknown`: its disk could not be determined.
   */
  readonly outcome: "same" | "waits" | "superseded" | "refused" | "unknown";

  /** Why it is not the same. */
  readonly reason?: string;
  readonly message?: string;
}

/** Something to do by hand, in order. */
export interface Step {
  readonly what: string;
  readonly commands: readonly string[];
}

/** What a move would do. Times in milliseconds since 1970. */
export interface Migration {
  readonly now: number;

  /** Who was asked, or which files were read, in words. */
  readonly asked: string;

  /** What marks this cluster's snapshots; `undefined`: no cluster was asked, and no setting says it. */
  readonly cluster: string | undefined;

  /** What is moved from; `undefined`: no file has it. */
  readonly deployment:
    | { readonly namespace: string; readonly name: string; readonly image: string; readonly replicas: number }
    | undefined;
  readonly decisions: readonly Decision[];
  readonly changes: readonly Change[];
  readonly variables: readonly CarriedVariable[];
  readonly objects: readonly AskingObject[];
  readonly disks: readonly DiskMigration[];

  /** For the Helm chart. */
  readonly values: Fields;
  readonly steps: readonly Step[];
}
