import type { DiskSpec } from "@k8s-snapshots/backend-api";
import { objectPath, type SnapshotRuleObject, snapshotRuleIdentity } from "../watch/kubernetes-objects.ts";
import { snapshotRuleOptions } from "./read-options.ts";
import { type Obstacle, type Resolution, resolveClaimNamed, resolveVolumeNamed } from "./resolve-target.ts";
import { type DerivationContext, type RuleCandidate, ruleCandidate } from "./rule-candidate.ts";
import { ruleName } from "./rule-name.ts";
import type { RuleTarget } from "./source-rule.ts";

/**
 * The rule that a SnapshotRule declares. The definition's schema refuses most of what is refused here, but an API server may
 * hold objects that are older than the schema, or the seed's definition, which has none.
 */
export function snapshotRuleCandidate(object: SnapshotRuleObject, context: DerivationContext): RuleCandidate {
  const origin = snapshotRuleIdentity(object);
  const { deltas } = object.spec;
  const resolution = resolveTarget(object, context);
  if (typeof deltas !== "string") {
    const message = "spec.deltas is missing or not a string: write durations such as PT1H P1D P7D";
    const name = ruleName(origin, undefined, context.settings);
    const problem = { id: objectPath(origin), name, origin, ...invalidSpec(message) };
    return { problem: "target" in resolution ? { ...problem, target: resolution.target } : problem };
  }
  const { annotations = {} } = object.metadata;
  const options = snapshotRuleOptions(object.spec, annotations, context.keys);
  const deltasField = "spec.deltas";
  return ruleCandidate({ origin, deltasText: deltas, deltasField, resolution, options, annotations }, context);
}

function resolveTarget(object: SnapshotRuleObject, context: DerivationContext): Resolution<RuleTarget> {
  const { namespace } = object.metadata;
  const { persistentVolumeClaim, persistentVolume, backend, disk } = object.spec;
  const named = [persistentVolumeClaim, persistentVolume, disk].filter((field) => field !== undefined);
  if (named.length !== 1) {
    return refuse("spec must have exactly one of persistentVolumeClaim, persistentVolume, or backend with disk");
  }
  if (persistentVolumeClaim !== undefined) {
    if (!isName(persistentVolumeClaim)) return refuse("spec.persistentVolumeClaim must be the name of a claim");
    return resolveClaimNamed(namespace, persistentVolumeClaim, context.objects);
  }
  // The namespace first: what exists outside it is nobody's business here.
  if (!context.settings.trustedNamespaces.has(namespace)) return { obstacle: notAllowed(namespace, context) };
  if (persistentVolume !== undefined) {
    if (!isName(persistentVolume)) return refuse("spec.persistentVolume must be the name of a volume");
    return resolveVolumeNamed(persistentVolume, context.objects);
  }
  if (!isName(backend)) return refuse("spec.backend must be the name of the backend that spec.disk is for");
  if (!isDiskSpec(disk)) return refuse("spec.disk must be an object with the fields that the backend documents");
  return { target: { kind: "disk", backend, disk } };
}

function notAllowed(namespace: string, context: DerivationContext): Obstacle {
  const trusted = [...context.settings.trustedNamespaces].sort().join(", ");
  const message =
    `a SnapshotRule in namespace ${namespace} may name a persistentVolumeClaim, but no persistentVolume or disk: ` +
    `move it to one of the namespaces that may (${trusted}), or have the operator add this one`;
  return { outcome: "refused", reason: "DiskNotAllowedInNamespace", message };
}

function refuse(message: string): { readonly obstacle: Obstacle } {
  return { obstacle: invalidSpec(message) };
}

function invalidSpec(message: string): Obstacle {
  return { outcome: "refused", reason: "InvalidSpec", message };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isDiskSpec(value: unknown): value is DiskSpec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
