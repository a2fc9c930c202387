import type { Mutant } from "./mutant.ts";
import { mutants as rules1To3 } from "./rules-01-to-03.ts";
import { mutants as rules4To5 } from "./rules-04-to-05.ts";
import { mutants as rules6To10 } from "./rules-06-to-10.ts";
import { mutants as rules11To15 } from "./rules-11-to-15.ts";

/** Every mutant, by the number of the rule that it breaks. */
export const mutants: readonly Mutant[] = [...rules1To3, ...rules4To5, ...rules6To10, ...rules11To15];
