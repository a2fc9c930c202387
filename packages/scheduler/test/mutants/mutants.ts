import type { Mutant } from "./mutant.ts";
import { mutants as rule1 } from "./rule-01.ts";
import { mutants as rule2 } from "./rule-02.ts";
import { mutants as rule3 } from "./rule-03.ts";
import { mutants as rule4 } from "./rule-04.ts";
import { mutants as rule5 } from "./rule-05.ts";
import { mutants as rule6 } from "./rule-06.ts";
import { mutants as rule7 } from "./rule-07.ts";
import { mutants as rule8 } from "./rule-08.ts";
import { mutants as rule9 } from "./rule-09.ts";
import { mutants as rule10 } from "./rule-10.ts";
import { mutants as rule11 } from "./rule-11.ts";
import { mutants as rule12 } from "./rule-12.ts";
import { mutants as rule13 } from "./rule-13.ts";
import { mutants as rule14 } from "./rule-14.ts";
import { mutants as rule15 } from "./rule-15.ts";

/** Every mutant, by the number of the rule that it breaks. */
export const mutants: readonly Mutant[] = [
  ...rule1,
  ...rule2,
  ...rule3,
  ...rule4,
  ...rule5,
  ...rule6,
  ...rule7,
  ...rule8,
  ...rule9,
  ...rule10,
  ...rule11,
  ...rule12,
  ...rule13,
  ...rule14,
  ...rule15,
];
