import { claimCandidate, volumeCandidate } from "./annotated-rule.ts";
import type { DerivationContext, RuleCandidate } from "./rule-candidate.ts";
import { snapshotRuleCandidate } from "./snapshot-rule-candidate.ts";

/**
 * The rule that an object declares; `undefined` if it declares none, or is not there.
 *
 * @param path - as `objectPath` has it
 */
export function objectCandidate(path: string, context: DerivationContext): RuleCandidate | undefined {
  const slash = path.indexOf("/");
  const key = path.slice(slash + 1);
  switch (path.slice(0, slash)) {
    case "PersistentVolume": {
      const volume = context.objects.volume(key);
      return volume && volumeCandidate(volume, context);
    }
    case "PersistentVolumeClaim": {
      const claim = context.objects.claim(key);
      return claim && claimCandidate(claim, context);
    }
    default: {
      const rule = context.objects.snapshotRule(key);
      return rule && snapshotRuleCandidate(rule, context);
    }
  }
}
