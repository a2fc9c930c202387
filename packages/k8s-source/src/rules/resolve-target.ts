import type { ClaimObject, ClaimReference, VolumeObject } from "../watch/kubernetes-objects.ts";
import { slashed } from "../watch/object-key.ts";
import type { ObjectLookup } from "./recorded-objects.ts";
import type { RuleProblem } from "./rule-problem.ts";
import type { VolumeTarget } from "./source-rule.ts";

/** Why there is no target. */
export type Obstacle = Pick<RuleProblem, "outcome" | "reason" | "message">;

/** A target, or what stands in its way. */
export type Resolution<Target> = { readonly target: Target } | { readonly obstacle: Obstacle };

/**
 * The volume of a claim, if both name each other. `spec.volumeName` alone is the claim's owner's say: anybody who may
 * create claims could name anybody's volume there.
 *
 * @see {@link https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding}
 */
export function resolveClaim(claim: ClaimObject, objects: ObjectLookup): Resolution<VolumeTarget> {
  const { namespace, name, uid } = claim.metadata;
  const { volumeName } = claim.spec;
  if (volumeName === undefined) {
    return waits("ClaimNotBound", `PersistentVolumeClaim ${namespace}/${name} is not bound to a volume yet`);
  }
  const volume = objects.volume(volumeName);
  if (volume === undefined) {
    const message = `PersistentVolume ${volumeName}, which PersistentVolumeClaim ${namespace}/${name} names, does not exist`;
    return waits("VolumeNotFound", message);
  }
  const mismatch = describeMismatch(claim, volume);
  if (mismatch === undefined) return { target: { kind: "volume", volume, claim: { namespace, name, uid } } };
  const message =
    `PersistentVolumeClaim ${namespace}/${name} names PersistentVolume ${volumeName}, ${mismatch}: ` +
    "no snapshots until the two name each other";
  return { obstacle: { outcome: "refused", reason: "ClaimReferenceMismatch", message } };
}

/** The volume of a claim that is named by namespace and name. */
export function resolveClaimNamed(namespace: string, name: string, objects: ObjectLookup): Resolution<VolumeTarget> {
  const claim = objects.claim(slashed(namespace, name));
  if (claim !== undefined) return resolveClaim(claim, objects);
  return waits("ClaimNotFound", `PersistentVolumeClaim ${namespace}/${name} does not exist`);
}

/** A volume by name. */
export function resolveVolumeNamed(name: string, objects: ObjectLookup): Resolution<VolumeTarget> {
  const volume = objects.volume(name);
  if (volume !== undefined) return { target: { kind: "volume", volume } };
  return waits("VolumeNotFound", `PersistentVolume ${name} does not exist`);
}

function waits(reason: RuleProblem["reason"], message: string): { readonly obstacle: Obstacle } {
  return { obstacle: { outcome: "waiting", reason, message: `${message}: waiting for it` } };
}

/** In terms that give nothing away of the claim that the volume is really bound to. */
function describeMismatch(claim: ClaimObject, volume: VolumeObject): string | undefined {
  const reference: ClaimReference | undefined = volume.spec.claimRef;
  if (reference === undefined) return "whose claimRef is empty";
  const { namespace, name, uid } = claim.metadata;
  if (reference.namespace !== namespace || reference.name !== name) return "whose claimRef names another claim";
  if (reference.uid === undefined) return "whose claimRef has no uid: the two are not bound yet";
  if (reference.uid !== uid) return "whose claimRef names an earlier claim of that name";
  return undefined;
}
