import type { ClusterObjects, ObjectIdentity } from "../watch/kubernetes-objects.ts";
import { objectPath } from "../watch/kubernetes-objects.ts";
import type { DeltasReading } from "./deltas-reader.ts";
import type { Resolution } from "./resolve-target.ts";
import { ruleName } from "./rule-name.ts";
import { quoted, type RuleOptions, readConfirmation } from "./rule-options.ts";
import type { RuleProblem } from "./rule-problem.ts";
import type { AnnotationKeys, RuleSettings } from "./rule-settings.ts";
import type { RuleTarget, SourceRule } from "./source-rule.ts";

/** What one object's wish comes to, before it is known whether another rule goes first. */
export type RuleCandidate = { readonly rule: SourceRule } | { readonly problem: RuleProblem };

/** What every derivation needs. */
export interface DerivationContext {
  readonly objects: ClusterObjects;
  readonly settings: RuleSettings;
  readonly keys: AnnotationKeys;
  readonly readDeltas: (text: string) => DeltasReading;
}

/** One object's wish, read. */
export interface RuleWish {
  readonly origin: ObjectIdentity;
  readonly deltasText: string;
  /** Where the deltas are written, for messages. */
  readonly deltasField: string;
  readonly resolution: Resolution<RuleTarget>;
  readonly options: RuleOptions;
}

/** Makes the rule, or says why there is none. Deltas come first: until they are right, nothing else matters. */
export function ruleCandidate(wish: RuleWish, context: DerivationContext): RuleCandidate {
  const { origin, options } = wish;
  const target = "target" in wish.resolution ? wish.resolution.target : undefined;
  const id = objectPath(origin);
  const name = ruleName(origin, target?.kind === "volume" ? target.volume : undefined, context.settings);
  const reading = context.readDeltas(wish.deltasText);

  if ("problem" in reading) {
    const message = `${wish.deltasField} is ${quoted(wish.deltasText)}: ${reading.problem}`;
    const problem = { id, name, origin, outcome: "refused", reason: "InvalidDeltas", message } as const;
    return { problem: target === undefined ? problem : { ...problem, target } };
  }
  if ("obstacle" in wish.resolution) return { problem: { id, name, origin, ...wish.resolution.obstacle } };

  const { deltas } = reading;
  const { confirmation, warnings, ...others } = options;
  const confirmed = readConfirmation(confirmation, deltas, context.readDeltas);
  const odd = deltas.warnings.map(({ message }) => `${wish.deltasField}: ${message}`);
  return {
    rule: {
      ...others,
      ...confirmed,
      id,
      name,
      origin,
      target: wish.resolution.target,
      deltas,
      warnings: [...odd, ...warnings, ...confirmed.warnings],
    },
  };
}
