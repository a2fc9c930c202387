/** Something that was made, or may have been, and how it is taken back. */
export interface Made {
  /** `disk vol-0abc`. Asked for when it is shown, since by then more may be known. */
  readonly what: () => string;

  /** Removes it, if it is there. */
  readonly remove: (signal: AbortSignal) => Promise<void>;

  /** What a person can do instead: a command, or a sentence. */
  readonly remedy: () => string;
}

/** What is left of a restore that failed. */
export interface Left {
  readonly what: string;
  readonly remedy: string;

  /** Why it could not be removed. */
  readonly why: string;
}

/** Long enough for a storage system to delete a volume, and short enough for somebody who pressed Ctrl-C. */
const REMOVAL_LIMIT_MS = 60_000;

/** What a restore has made so far. Each is pushed before it is made: an answer may be lost. */
export class UndoStack {
  readonly #made: Made[] = [];

  push(made: Made): void {
    this.#made.push(made);
  }

  /** Of what turned out not to have been made. */
  pop(): void {
    this.#made.pop();
  }

  /**
   * Removes all, the last first. What something else still stands on stays: from the first one that cannot be removed on, all
   * are left. Never rejects.
   *
   * @param onRemoved - called with each that is gone
   */
  async undo(onRemoved: (what: string) => void): Promise<readonly Left[]> {
    const left: Left[] = [];
    for (const { what, remove, remedy } of this.#made.toReversed()) {
      let why = "something that needs it could not be removed";
      if (left.length === 0) {
        try {
          await remove(AbortSignal.timeout(REMOVAL_LIMIT_MS));
          onRemoved(what());
          continue;
        } catch (error) {
          why = error instanceof Error ? error.message : String(error);
        }
      }
      left.push({ what: what(), remedy: remedy(), why });
    }
    this.#made.length = 0;
    return left;
  }
}
