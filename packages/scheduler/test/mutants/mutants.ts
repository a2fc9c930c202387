import type { Mutant } from "./mutant.ts";
import { mutants as rules1To3 } from "./rules-01-to-03.ts";
import { mutants as rules4To5 } from "./rules-04-to-05.ts";

/** Every mutant, by the number of the rule that it breaks. */
export const mutants: readonly Mutant[] = [...rules1To3, ...rules4To5];
