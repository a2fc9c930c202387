import type { ObjectIdentity } from "../watch/kubernetes-objects.ts";
import { objectPath } from "../watch/kubernetes-objects.ts";
import type { DeltasReading } from "./deltas-reader.ts";
import { readPingUrl } from "./ping-url.ts";
import { quoted } from "./quoted.ts";
import { readOptions, type WrittenOptions } from "./read-options.ts";
import type { ObjectLookup } from "./recorded-objects.ts";
import type { Resolution } from "./resolve-target.ts";
import { ruleName } from "./rule-name.ts";
import type { RuleProblem } from "./rule-problem.ts";
import type { AnnotationKeys, RuleSettings } from "./rule-settings.ts";
import type { RuleTarget, SourceRule } from "./source-rule.ts";

/** The rule that one object declares, or why it has none, before rules for the same volume are compared. */
export type RuleCandidate = { readonly rule: SourceRule } | { readonly problem: RuleProblem };

/** Most rules have nothing odd: one list for all of them. */
const none: readonly never[] = [];

/** What every derivation needs. */
export interface DerivationContext {
  readonly objects: ObjectLookup;
  readonly settings: RuleSettings;
  readonly keys: AnnotationKeys;
  readonly readDeltas: (text: string) => DeltasReading;
}

/** What one object declares, as it is written. */
export interface DeclaredRule {
  readonly origin: ObjectIdentity;
  readonly deltasText: string;
  /** Where the deltas are written, for messages. */
  readonly deltasField: string;
  readonly resolution: Resolution<RuleTarget>;
  readonly options: WrittenOptions;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Makes the rule, or says why there is none. Deltas come first: until they are right, nothing else matters. */
export function ruleCandidate(declared: DeclaredRule, context: DerivationContext): RuleCandidate {
  const { origin, resolution, deltasField } = declared;
  const target = "target" in resolution ? resolution.target : undefined;
  const id = objectPath(origin);
  const name = ruleName(origin, target?.kind === "volume" ? target.volume : undefined, context.settings);
  const reading = context.readDeltas(declared.deltasText);

  if ("problem" in reading) {
    const message = `${deltasField} is ${quoted(declared.deltasText)}: ${reading.problem}`;
    const problem = { id, name, origin, outcome: "refused", reason: "InvalidDeltas", message } as const;
    return { problem: target === undefined ? problem : { ...problem, target } };
  }
  if ("obstacle" in resolution) return { problem: { id, name, origin, ...resolution.obstacle } };

  const { deltas } = reading;
  const { options, warnings } = readOptions(declared.options, { deltas, readDeltas: context.readDeltas });
  const ping = readPingUrl(declared.annotations[context.keys.pingUrl], origin, context);
  const odd = deltas.warnings.map(({ message }) => `${deltasField}: ${message}`);
  const all = [...odd, ...warnings, ...ping.warnings];
  return {
    rule: {
      ...options,
      id,
      name,
      origin,
      target: resolution.target,
      deltas,
      pingUrl: ping.url,
      warnings: all.length === 0 ? none : all,
    },
  };
}
