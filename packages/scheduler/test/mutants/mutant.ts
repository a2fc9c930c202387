/** One deliberate fault of the core, and what must find it. */
export interface Mutant {
  /** The number of the rule that it breaks, with its clause. */
  readonly rule: string;

  /** The case of version 0.1 whose fault it puts back (docs/decisions names them). */
  readonly puts?: string;

  /** What it does wrong. */
  readonly name: string;

  /** Below `src`. */
  readonly file: string;

  /** Exact text that occurs once in the file. */
  readonly search: string;
  readonly replace: string;
  readonly killedBy: Test | Exploration;
}

/** A test that fails. */
export interface Test {
  /** Below the package. */
  readonly test: string;

  /** The beginning of its name, or of several. */
  readonly name: string;
}

/** An exploration that meets a fault. */
export interface Exploration {
  /** The name of the setup. */
  readonly exploration: string;

  /** How many states it may take. Default: as many as `exploration.test.ts` walks. */
  readonly states?: number;
}

/** Of one setup, in CI: 560,000 over ten setups. */
export const CI_STATES = 56_000;

export const FEW_STATES = 4_000;
