import { type RuleOptions, ruleOptions } from "./rule-options.ts";

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

  /**
   * Most objects of one namespace that may ask for snapshots: the oldest ones. More are refused, so that nobody fills the
   * daemon, and the API server with Events, for all others.
   */
  readonly maxRulesPerNamespace: number;
}

/** Many times what one team has, and few enough that the Events of their problems do not crowd out all others. */
export const DEFAULT_MAX_RULES_PER_NAMESPACE = 5_000;

/** The seed's key. */
export const DEFAULT_DELTAS_ANNOTATION_KEY = "backup.kubernetes.io/deltas";

/**
 * The settings where nothing is set.
 *
 * @param ownNamespace - the namespace that the daemon itself runs in, trusted beside `kube-system`, where kops and the
 *   like keep what is of the whole cluster
 */
export function defaultRuleSettings(ownNamespace?: string): RuleSettings {
  return {
    deltasAnnotationKey: DEFAULT_DELTAS_ANNOTATION_KEY,
    useClaimName: false,
    trustedNamespaces: new Set(["kube-system", ...(ownNamespace === undefined ? [] : [ownNamespace])]),
    maxRulesPerNamespace: DEFAULT_MAX_RULES_PER_NAMESPACE,
  };
}

/**
 * The annotations that make a rule: the deltas, whose presence makes it, and one for each option; `ping-url`, see
 * {@link SourceRule.pingUrl}; and `exclude`, which says why an object needs none.
 */
export type AnnotationKeys = Readonly<Record<"deltas" | "exclude" | "pingUrl" | keyof RuleOptions, string>>;

/**
 * The keys beside `deltasAnnotationKey`: the same prefix, up to its slash. A key without a prefix is no reason to
 * claim names as common as `deletion-policy` for us, so the others then have the default key's prefix.
 *
 * @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set}
 */
export function annotationKeys(deltasAnnotationKey: string): AnnotationKeys {
  const prefixed = deltasAnnotationKey.includes("/") ? deltasAnnotationKey : DEFAULT_DELTAS_ANNOTATION_KEY;
  const prefix = prefixed.slice(0, prefixed.indexOf("/") + 1);
  const options = Object.entries(ruleOptions).map(([name, { annotation }]) => [name, `${prefix}${annotation}`]);
  return {
    ...(Object.fromEntries(options) as Record<keyof RuleOptions, string>),
    deltas: deltasAnnotationKey,
    exclude: `${prefix}exclude`,
    pingUrl: `${prefix}ping-url`,
  };
}
