import {
  byPrecedence,
  type RuleOptions,
  type RuleProblem,
  ruleOptions,
  type SourceRule,
  supersededMessage,
  volumeFacts,
} from "@k8s-snapshots/k8s-source";
import type { Rule } from "@k8s-snapshots/scheduler";
import type { OwnedDisk } from "../backends/backend-registry.ts";
import type { Declared } from "./resolved-rule.ts";

/** The one rule for a disk that one or more objects are meant for. */
export interface DiskRule {
  /** `undefined`: nothing is meant for it. */
  readonly rule: Rule | undefined;

  /** Why the others are not in force, by their id. */
  readonly superseded: ReadonlyMap<string, string>;
}

/**
 * The rule that takes precedence, its deletions suspended where an object that is meant to protect the same disk cannot be
 * read. Where there are only such objects, a rule without deltas stands for the disk: nothing is taken, and nothing deleted.
 *
 * @param declared - rules, and problems that are refused
 * @param parameters - names of those that the backend has; others are left out, see {@link parameterWarnings}
 */
export function ruleOfDisk(disk: OwnedDisk, declared: readonly Declared[], parameters: readonly string[]): DiskRule {
  const [winner, ...losers] = declared.filter(isRule).sort(byPrecedence);
  const [refused] = declared.filter(isProblem).sort((a, b) => (a.id < b.id ? -1 : 1));
  const superseded = new Map(losers.map((loser) => [loser.id, supersededMessage(loser, winner as SourceRule)]));
  if (winner !== undefined) return { rule: validRule(disk, winner, refused, parameters), superseded };
  return { rule: refused && baseRule(disk, refused), superseded };
}

/** What a rule asks for that its backend does not have. */
export function parameterWarnings(rule: SourceRule, backend: string, parameters: readonly string[]): readonly string[] {
  const unknown = Object.keys(rule.parameters).filter((name) => !parameters.includes(name));
  const known = parameters.length === 0 ? "it has none" : `it has ${parameters.join(", ")}`;
  return unknown.map((name) => `${name} is not a parameter of ${backend}, ignored: ${known}`);
}

export function isRule(declared: Declared): declared is SourceRule {
  return "deltas" in declared;
}

function isProblem(declared: Declared): declared is RuleProblem {
  return !isRule(declared);
}

function validRule(
  disk: OwnedDisk,
  rule: SourceRule,
  refused: RuleProblem | undefined,
  parameters: readonly string[],
): Rule {
  const asked = Object.entries(rule.parameters);
  const known = asked.filter(([name]) => parameters.includes(name));
  return {
    ...baseRule(disk, rule),
    deltas: rule.deltas,
    ...optionsOf(rule),
    parameters: known.length === asked.length ? rule.parameters : Object.fromEntries(known),
    ...volumeOf(rule),
    ...(refused && { deletionsSuspended: `${refused.id} is meant for the same disk: ${refused.message}` }),
  };
}

function baseRule({ backend, disk }: OwnedDisk, { id, name, origin, target }: Declared): Rule {
  // The namespace of the claim or SnapshotRule; of an annotated volume, that of its claim.
  const bound = target?.kind === "volume" ? target.volume.spec.claimRef?.namespace : undefined;
  const namespace = origin.namespace ?? bound;
  return { id, name, backend, disk, ...(namespace !== undefined && { namespace }) };
}

/** Of a disk that a rule names by itself, the cluster need not have a volume. */
function volumeOf({ target }: SourceRule): Pick<Rule, "volume"> {
  const volume = target.kind === "volume" ? volumeFacts(target.volume) : undefined;
  return volume === undefined ? {} : { volume };
}

/** An option that the scheduler does not know does not compile. */
function optionsOf(rule: SourceRule): Pick<Rule, keyof RuleOptions> {
  const names = Object.keys(ruleOptions) as (keyof RuleOptions)[];
  return Object.fromEntries(names.map((name) => [name, rule[name]]));
}
