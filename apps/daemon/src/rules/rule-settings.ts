import { defaultRuleSettings, type KubernetesClient, type RuleSettings } from "@k8s-snapshots/k8s-source";
import type { Settings } from "../settings/settings.ts";

/** How the cluster's objects are read. */
export function ruleSettings(settings: Settings, { namespace }: Pick<KubernetesClient, "namespace">): RuleSettings {
  const defaults = defaultRuleSettings(namespace);
  return {
    deltasAnnotationKey: settings.deltasAnnotationKey ?? defaults.deltasAnnotationKey,
    useClaimName: settings.useClaimName ?? defaults.useClaimName,
    trustedNamespaces: settings.trustedNamespaces ? new Set(settings.trustedNamespaces) : defaults.trustedNamespaces,
  };
}
