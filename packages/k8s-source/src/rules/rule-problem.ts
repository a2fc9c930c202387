import type { ObjectIdentity } from "../watch/kubernetes-objects.ts";
import type { RuleTarget } from "./source-rule.ts";

/**
 * Why an object that asks for snapshots has no rule. Stable, and spelled as the reasons of Kubernetes' conditions and
 * Events are.
 *
 * | reason | outcome | means |
 * |---|---|---|
 * | `InvalidDeltas` | refused | the deltas cannot be read, or have their interval mistyped |
 * | `InvalidSpec` | refused | a SnapshotRule names nothing, or more than one thing, or a field has the wrong type |
 * | `ClaimNotFound` | waiting | a SnapshotRule names a claim that does not exist |
 * | `ClaimNotBound` | waiting | the claim has no volume yet |
 * | `VolumeNotFound` | waiting | the volume that is named does not exist |
 * | `ClaimReferenceMismatch` | refused | the volume's `claimRef` does not name the claim, uid and all |
 * | `DiskNotAllowedInNamespace` | refused | a SnapshotRule names a volume or disk, in a namespace that may not |
 * | `TooManyRulesInNamespace` | refused | its namespace has more than {@link RuleSettings.maxRulesPerNamespace} older ones |
 * | `SupersededByAnotherRule` | superseded | another rule for the same volume takes precedence |
 */
export type RuleProblemReason =
  | "ClaimNotBound"
  | "ClaimNotFound"
  | "ClaimReferenceMismatch"
  | "InvalidDeltas"
  | "InvalidSpec"
  | "DiskNotAllowedInNamespace"
  | "SupersededByAnotherRule"
  | "TooManyRulesInNamespace"
  | "VolumeNotFound";

/**
 * What becomes of what the object declares:
 * - `waiting`: it becomes a rule by itself, once what it waits for is there.
 * - `refused`: somebody has to change something.
 * - `superseded`: nothing is wrong, another rule takes precedence, and this one takes over when that one is gone.
 */
export type RuleProblemOutcome = "waiting" | "refused" | "superseded";

/** An object that asks for snapshots and has no rule. */
export interface RuleProblem {
  /** As {@link SourceRule.id}; an object has a rule or a problem, never both. */
  readonly id: string;

  /** As {@link SourceRule.name}, as far as it can be told. */
  readonly name: string;

  readonly origin: ObjectIdentity;

  readonly outcome: RuleProblemOutcome;

  readonly reason: RuleProblemReason;

  /** What is wrong, with which object, and what to do. For people. */
  readonly message: string;

  /**
   * What the rule would be for, where that can be told and the object is entitled to it.
   *
   * If the outcome is `refused`, a rule that was meant to protect the target is invalid now: **nothing is deleted for
   * it** as long as the problem lasts, also not by another rule, which may have taken over meanwhile.
   */
  readonly target?: RuleTarget;

  /** {@link SourceRule.id} of the rule that takes precedence, if the outcome is `superseded`. */
  readonly supersededBy?: string;
}
