import type { RuleProblem, RuleSet, RuleTarget, SourceRule } from "@k8s-snapshots/k8s-source";
import { byPrecedence, supersededMessage } from "@k8s-snapshots/k8s-source";
import { diskKey, type Rule } from "@k8s-snapshots/scheduler";
import type { OwnedDisk } from "../backends/backend-registry.ts";

/** What came of looking up which disk a rule's target is. */
export type Resolution = { readonly disk: OwnedDisk } | FailedResolution;

/** Why it could not be determined. */
export interface FailedResolution {
  readonly reason: "VolumeUnsupported" | "DiskNotFound" | "BackendUnavailable";
  readonly message: string;

  /** Where the backend is at fault and not the object: which one, and the error's code or `not-loaded`. */
  readonly failure?: { readonly backend: string; readonly code: string };
}

/** Something that keeps an object from having snapshots, whoever found it out. */
export interface Finding {
  readonly id: string;
  readonly name: string;
  readonly reason: RuleProblem["reason"] | FailedResolution["reason"];
  readonly message: string;

  /** As {@link FailedResolution.failure}. */
  readonly failure?: FailedResolution["failure"];
}

/** Rules as the scheduler takes them. */
export interface ResolvedRules {
  /** One a disk at the most. */
  readonly rules: readonly Rule[];

  /** Names of rules whose disk could not be determined: see {@link Scheduler.setRules}. */
  readonly unresolved: ReadonlySet<string>;

  readonly findings: readonly Finding[];
}

/**
 * Makes the scheduler's rules of the source's: each with its disk, one for each disk, and deletions suspended where an
 * object that is meant to protect the same disk cannot be read.
 *
 * @param resolutions - for each target in the set
 */
export function resolveRules(set: RuleSet, resolutions: ReadonlyMap<RuleTarget, Resolution>): ResolvedRules {
  const findings: Finding[] = set.problems.map(({ id, name, reason, message }) => ({ id, name, reason, message }));
  const unresolved = new Set<string>();
  const byDisk = new Map<string, { disk: OwnedDisk; rules: SourceRule[]; refused: RuleProblem[] }>();

  const entryOf = (disk: OwnedDisk): { disk: OwnedDisk; rules: SourceRule[]; refused: RuleProblem[] } => {
    const key = diskKey(disk.backend, disk.disk);
    const entry = byDisk.get(key) ?? { disk, rules: [], refused: [] };
    byDisk.set(key, entry);
    return entry;
  };

  for (const rule of set.rules) {
    const resolution = resolutions.get(rule.target);
    if (resolution !== undefined && "disk" in resolution) entryOf(resolution.disk).rules.push(rule);
    else {
      unresolved.add(rule.name);
      const failed = resolution ?? { reason: "DiskNotFound", message: "its disk is not known yet" };
      findings.push({ id: rule.id, name: rule.name, ...failed });
    }
  }
  for (const problem of set.problems) {
    if (problem.outcome === "superseded") continue;
    const resolution = problem.target && resolutions.get(problem.target);
    if (resolution === undefined || !("disk" in resolution)) unresolved.add(problem.name);
    else if (problem.outcome === "refused") entryOf(resolution.disk).refused.push(problem);
  }

  const rules: Rule[] = [];
  for (const { disk, rules: candidates, refused } of byDisk.values()) {
    const [winner, ...losers] = candidates.toSorted(byPrecedence);
    for (const loser of losers) {
      const message = supersededMessage(loser, winner as SourceRule);
      findings.push({ id: loser.id, name: loser.name, reason: "SupersededByAnotherRule", message });
    }
    rules.push(
      winner === undefined ? invalidRule(disk, refused[0] as RuleProblem) : validRule(disk, winner, refused[0]),
    );
  }
  return { rules, unresolved, findings };
}

function validRule({ backend, disk }: OwnedDisk, rule: SourceRule, refused: RuleProblem | undefined): Rule {
  return {
    id: rule.id,
    name: rule.name,
    backend,
    disk,
    ...inNamespace(rule),
    deltas: rule.deltas,
    deletionPolicy: rule.deletionPolicy,
    ignoreDeletionBudget: rule.ignoreDeletionBudget,
    ...(rule.confirmedDeltas !== undefined && { confirmedDeltas: rule.confirmedDeltas }),
    ...(refused && { deletionsSuspended: `${refused.id} is meant for the same disk: ${refused.message}` }),
  };
}

/** Stands for a disk whose only rule cannot be read: nothing is taken, and nothing deleted. */
function invalidRule({ backend, disk }: OwnedDisk, problem: RuleProblem): Rule {
  return { id: problem.id, name: problem.name, backend, disk, ...inNamespace(problem) };
}

/** The namespace of the claim or SnapshotRule; of an annotated volume, that of its claim. */
function inNamespace({ origin, target }: Pick<RuleProblem, "origin" | "target">): Pick<Rule, "namespace"> {
  const bound = target?.kind === "volume" ? target.volume.spec.claimRef?.namespace : undefined;
  const namespace = origin.namespace ?? bound;
  return namespace === undefined ? {} : { namespace };
}
