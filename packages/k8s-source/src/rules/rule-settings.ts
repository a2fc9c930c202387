/** What rules are derived by. */
export interface RuleSettings {
  /**
   * Key of the annotation that holds the deltas. The keys of the other annotations share its prefix, see
   * {@link annotationKeys}.
   */
  readonly deltasAnnotationKey: string;

  /** Name a rule after the claim that its volume is bound to, where there is one. */
  readonly useClaimName: boolean;

  /**
   * Namespaces whose SnapshotRules may name a PersistentVolume or a disk. Whoever may write SnapshotRules there
   * decides on snapshots of every disk; elsewhere a SnapshotRule reaches the claims of its own namespace only.
   */
  readonly trustedNamespaces: ReadonlySet<string>;
}

/** The seed's key. */
export const DEFAULT_DELTAS_ANNOTATION_KEY = "backup.kubernetes.io/deltas";

/**
 * The settings where nothing is set.
 *
 * @param ownNamespace - the namespace that the daemon itself runs in, trusted beside `kube-system` and `default`
 */
export function defaultRuleSettings(ownNamespace?: string): RuleSettings {
  return {
    deltasAnnotationKey: DEFAULT_DELTAS_ANNOTATION_KEY,
    useClaimName: false,
    trustedNamespaces: new Set(["kube-system", "default", ...(ownNamespace === undefined ? [] : [ownNamespace])]),
  };
}

/** The annotations that make a rule. */
export interface AnnotationKeys {
  /** The deltas; its presence makes the rule. */
  readonly deltas: string;
  /** `retain` (the default) or `expire`. */
  readonly deletionPolicy: string;
  /** `true` lifts the deletion budget. */
  readonly ignoreDeletionBudget: string;
  /** The deltas once more: a change to them is meant, and takes effect at once. */
  readonly confirmDeltas: string;
}

/**
 * The keys beside `deltasAnnotationKey`: the same prefix, up to its slash. A key without a prefix is no reason to
 * claim names as common as `deletion-policy` for us, so the others then have the default key's prefix.
 *
 * @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set}
 */
export function annotationKeys(deltasAnnotationKey: string): AnnotationKeys {
  const prefixed = deltasAnnotationKey.includes("/") ? deltasAnnotationKey : DEFAULT_DELTAS_ANNOTATION_KEY;
  const prefix = prefixed.slice(0, prefixed.indexOf("/") + 1);
  return {
    deltas: deltasAnnotationKey,
    deletionPolicy: `${prefix}deletion-policy`,
    ignoreDeletionBudget: `${prefix}ignore-deletion-budget`,
    confirmDeltas: `${prefix}confirm-deltas`,
  };
}
