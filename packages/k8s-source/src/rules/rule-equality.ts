import type { ObjectIdentity } from "../watch/kubernetes-objects.ts";
import { type RuleOptions, ruleOptions } from "./rule-options.ts";
import type { RuleProblem } from "./rule-problem.ts";
import type { RuleTarget, SourceRule } from "./source-rule.ts";

/** Whether two rules of one object say the same. */
export function isSameRule(a: SourceRule, b: SourceRule): boolean {
  return isSame(ruleEquality, a, b) && optionNames.every((name) => isSameOption(name, a, b));
}

/** Whether two problems of one object say the same. */
export function isSameProblem(a: RuleProblem, b: RuleProblem): boolean {
  return isSame(problemEquality, a, b);
}

/** How each field is compared: a field that is missing here does not compile. */
type Equality<T> = { readonly [Field in keyof Required<T>]: (a: T[Field], b: T[Field]) => boolean };

const same = <T>(a: T, b: T): boolean => a === b;

/** Options are compared as their table says. */
const ruleEquality: Equality<Omit<SourceRule, keyof RuleOptions>> = {
  id: same,
  name: same,
  origin: sameOrigin,
  target: sameTarget,
  deltas: (a, b) => a.text === b.text,
  pingUrl: same,
  warnings: (a, b) => a.join("\n") === b.join("\n"),
};

const optionNames = Object.keys(ruleOptions) as (keyof RuleOptions)[];

const problemEquality: Equality<RuleProblem> = {
  id: same,
  name: same,
  origin: sameOrigin,
  outcome: same,
  reason: same,
  message: same,
  target: sameTarget,
  supersededBy: same,
};

function isSame<T extends object>(equality: Equality<T>, a: T, b: T): boolean {
  const fields = Object.keys(equality) as (keyof T)[];
  return fields.every((field) => equality[field](a[field], b[field]));
}

function isSameOption<Name extends keyof RuleOptions>(name: Name, a: RuleOptions, b: RuleOptions): boolean {
  return ruleOptions[name].isSame(a[name], b[name]);
}

function sameOrigin(a: ObjectIdentity, b: ObjectIdentity): boolean {
  return a.uid === b.uid && a.generation === b.generation;
}

/** Objects are replaced only when they change, so that volumes and disks need no deep comparison. */
function sameTarget(a: RuleTarget | undefined, b: RuleTarget | undefined): boolean {
  if (a?.kind === "volume" && b?.kind === "volume") return a.volume === b.volume && a.claim?.uid === b.claim?.uid;
  if (a?.kind === "disk" && b?.kind === "disk") return a.backend === b.backend && a.disk === b.disk;
  return a === b;
}
