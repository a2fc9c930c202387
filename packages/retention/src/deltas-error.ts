/** Something about a text of deltas, and where in it. */
export interface DeltasRemark {
  /** One sentence for people. */
  readonly message: string;

  /** Index of the first character that is meant. */
  readonly start: number;

  /** Index after the last character that is meant. */
  readonly end: number;
}

const marker = Symbol.for("@k8s-snapshots/retention/DeltasError");

/** A text that does not hold deltas. `problems` has everything that is wrong with it, in the order of the text. */
export class DeltasError extends Error {
  override readonly name = "DeltasError";
  readonly problems: readonly DeltasRemark[];
  /** @internal */
  readonly [marker] = true;

  constructor(problems: readonly DeltasRemark[]) {
    super(problems.map(({ message }) => message).join("; "));
    this.problems = problems;
  }
}

/** Whether `error` is a {@link DeltasError}, also one from another copy of this package. */
export function isDeltasError(error: unknown): error is DeltasError {
  return typeof error === "object" && error !== null && (error as Record<symbol, unknown>)[marker] === true;
}
