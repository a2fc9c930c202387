import { type VolumeFacts, volumeFactsOf } from "@k8s-snapshots/backend-api";
import type { VolumeObject } from "../watch/kubernetes-objects.ts";

/** Every driver has a key of its own for zones; this is how they end. */
const ZONE_KEY = /\/zone$/;

/**
 * What a PersistentVolume says that its snapshots should carry, in case it is lost. What is malformed is left out: it is
 * input, and no snapshot may wait for it.
 */
export function volumeFacts({ metadata, spec }: VolumeObject): VolumeFacts | undefined {
  return volumeFactsOf({
    persistentVolume: metadata.name,
    claim: spec.claimRef,
    // Kubernetes leaves it out of a volume without a class.
    storageClass: spec.storageClassName ?? "",
    accessModes: spec.accessModes,
    volumeMode: spec.volumeMode,
    fsType: fsTypeOf(spec),
    capacity: spec.capacity?.storage,
    csiDriver: spec.csi?.driver,
    zones: zonesOf(spec.nodeAffinity),
  });
}

/** Of the volume's source, whichever it is. */
function fsTypeOf(spec: VolumeObject["spec"]): unknown {
  const named = Object.values(spec).flatMap((source) => {
    const { fsType } = (source ?? {}) as { readonly fsType?: unknown };
    return fsType === undefined ? [] : [fsType];
  });
  return named.length === 1 ? named[0] : undefined;
}

/** Where there are several terms, a node needs to fit one of them only: the zones of all are allowed. */
function zonesOf(nodeAffinity: VolumeObject["spec"]["nodeAffinity"]): unknown {
  const terms = listOf<{ readonly matchExpressions?: unknown }>(nodeAffinity?.required?.nodeSelectorTerms);
  const expressions = terms.flatMap((term) => listOf<Partial<MatchExpression>>(term.matchExpressions));
  const zones = expressions.flatMap(({ key = "", operator, values }) =>
    operator === "In" && ZONE_KEY.test(key) ? listOf(values) : [],
  );
  return [...new Set(zones)].sort();
}

interface MatchExpression {
  readonly key: string;
  readonly operator: string;
  readonly values: unknown;
}

/** Of objects or texts, as far as it is a list. */
function listOf<Item>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.filter((item) => item !== null && item !== undefined) : [];
}
