import type { ObjectIdentity, VolumeObject } from "../watch/kubernetes-objects.ts";
import type { RuleSettings } from "./rule-settings.ts";

const shortKinds = { PersistentVolume: "pv", PersistentVolumeClaim: "pvc", SnapshotRule: "rule" } as const;

/**
 * What snapshots are named after, as the seed does it: `[namespace-]{pv,pvc,rule}-NAME`, the namespace left out for
 * `default`. With `useClaimName`, NAME is the name of the claim that the volume is bound to.
 */
export function ruleName(origin: ObjectIdentity, volume: VolumeObject | undefined, settings: RuleSettings): string {
  const { namespace, kind, name } = origin;
  const claimName = settings.useClaimName ? volume?.spec.claimRef?.name : undefined;
  const parts = [shortKinds[kind], claimName ?? name];
  return (namespace === undefined || namespace === "default" ? parts : [namespace, ...parts]).join("-");
}
