import type { ObjectIdentity, VolumeObject } from "../watch/kubernetes-objects.ts";
import type { RuleSettings } from "./rule-settings.ts";

const shortKinds = { PersistentVolume: "pv", PersistentVolumeClaim: "pvc", SnapshotRule: "rule" } as const;

/**
 * What snapshots are named after, as the seed does it: `[namespace-]{pv,pvc,rule}-NAME`, the namespace left out for
 * `default`. With `useClaimName`, NAME is the name of the claim that the volume is bound to.
 */
export function ruleName(origin: ObjectIdentity, volume: VolumeObject | undefined, settings: RuleSettings): string {
  const prefix = origin.namespace === undefined || origin.namespace === "default" ? "" : `${origin.namespace}-`;
  const claimName = settings.useClaimName ? volume?.spec.claimRef?.name : undefined;
  return `${prefix}${shortKinds[origin.kind]}-${claimName ?? origin.name}`;
}
