import {
  type ClaimObject,
  claimIdentity,
  type ObjectIdentity,
  type VolumeObject,
  volumeIdentity,
} from "../watch/kubernetes-objects.ts";
import { annotatedOptions } from "./read-options.ts";
import { type Resolution, resolveClaim } from "./resolve-target.ts";
import { type DerivationContext, type RuleCandidate, ruleCandidate } from "./rule-candidate.ts";
import type { VolumeTarget } from "./source-rule.ts";

/** The rule that a PersistentVolume's annotation declares; `undefined` if it has none. */
export function volumeCandidate(volume: VolumeObject, context: DerivationContext): RuleCandidate | undefined {
  return annotatedCandidate(volume, volumeIdentity, () => ({ target: { kind: "volume", volume } }), context);
}

/** The rule that a PersistentVolumeClaim's annotation declares; `undefined` if it has none. */
export function claimCandidate(claim: ClaimObject, context: DerivationContext): RuleCandidate | undefined {
  return annotatedCandidate(claim, claimIdentity, () => resolveClaim(claim, context.objects), context);
}

function annotatedCandidate<T extends VolumeObject | ClaimObject>(
  object: T,
  identify: (object: T) => ObjectIdentity,
  resolve: () => Resolution<VolumeTarget>,
  context: DerivationContext,
): RuleCandidate | undefined {
  const { annotations } = object.metadata;
  const deltasText = annotations?.[context.keys.deltas];
  if (annotations === undefined || deltasText === undefined) return undefined;
  return ruleCandidate(
    {
      origin: identify(object),
      deltasText,
      deltasField: `annotation ${context.keys.deltas}`,
      resolution: resolve(),
      options: annotatedOptions(annotations, context.keys),
      annotations,
    },
    context,
  );
}
