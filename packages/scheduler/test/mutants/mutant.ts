import { setups } from "../exploration/setups.ts";

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

  /** Each of them finds it. */
  readonly killedBy: Finder | readonly Finder[];
}

export type Finder = Test | Exploration;

export function findersOf({ killedBy }: Mutant): readonly Finder[] {
  return [killedBy].flat();
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

/** Of one setup, in CI: as many as `pnpm check:core` walks. */
export const CI_STATES: number = Math.ceil(660_000 / setups.length);

export const FEW_STATES = 4_000;
