import type { ClusterObjects } from "../watch/kubernetes-objects.ts";
import { claimCandidate, volumeCandidate } from "./annotated-rule.ts";
import { createDeltasReader, type DeltasReading } from "./deltas-reader.ts";
import { byPrecedence, compareStrings, supersededProblem } from "./precedence.ts";
import type { DerivationContext, RuleCandidate } from "./rule-candidate.ts";
import type { RuleProblem } from "./rule-problem.ts";
import { annotationKeys, type RuleSettings } from "./rule-settings.ts";
import { snapshotRuleCandidate } from "./snapshot-rule-candidate.ts";
import type { SourceRule } from "./source-rule.ts";

/** All wishes for snapshots that a cluster holds. Every object that has one is here once. */
export interface RuleSet {
  /** In the order of their ids. At most one for each PersistentVolume; the same disk may still have several. */
  readonly rules: readonly SourceRule[];

  /** In the order of their ids. */
  readonly problems: readonly RuleProblem[];
}

/**
 * The rules of a cluster. Pure: the same objects make the same rules.
 *
 * @param readDeltas - reads the deltas; give the same one again and again to read each text only once
 */
export function deriveRules(
  objects: ClusterObjects,
  settings: RuleSettings,
  readDeltas: (text: string) => DeltasReading = createDeltasReader(),
): RuleSet {
  const context = { objects, settings, keys: annotationKeys(settings.deltasAnnotationKey), readDeltas };
  const candidates = allCandidates(context);
  const claimants = candidates.flatMap((candidate) => ("rule" in candidate ? [candidate.rule] : []));
  const { winners, losers } = settle(claimants);
  const problems = candidates.flatMap((candidate) => ("problem" in candidate ? [candidate.problem] : []));
  return { rules: winners.sort(byId), problems: [...problems, ...losers].sort(byId) };
}

function allCandidates(context: DerivationContext): RuleCandidate[] {
  const candidates: RuleCandidate[] = [];
  for (const rule of context.objects.snapshotRules.values()) candidates.push(snapshotRuleCandidate(rule, context));
  for (const claim of context.objects.claims.values()) {
    const candidate = claimCandidate(claim, context);
    if (candidate !== undefined) candidates.push(candidate);
  }
  for (const volume of context.objects.volumes.values()) {
    const candidate = volumeCandidate(volume, context);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return candidates;
}

/** One rule a volume. Disks that are named otherwise are compared by whoever can ask their backend. */
function settle(claimants: readonly SourceRule[]): { winners: SourceRule[]; losers: RuleProblem[] } {
  const winners: SourceRule[] = [];
  const losers: RuleProblem[] = [];
  const rivals = Map.groupBy(claimants, (rule) => (rule.target.kind === "volume" ? rule.target.volume : rule));
  for (const rules of rivals.values()) {
    const [winner, ...others] = rules.sort(byPrecedence) as [SourceRule, ...SourceRule[]];
    winners.push(winner);
    for (const loser of others) losers.push(supersededProblem(loser, winner));
  }
  return { winners, losers };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return compareStrings(a.id, b.id);
}
