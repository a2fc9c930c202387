import { defaultRuleSettings, type KubernetesClient, type RuleSettings } from "@k8s-snapshots/k8s-source";
import type { Settings } from "../settings/settings.ts";

/** How the cluster's objects are read. */
export function ruleSettings(settings: Settings, { namespace }: Pick<KubernetesClient, "namespace">): RuleSettings {
  const { deltasAnnotationKey, useClaimName, trustedNamespaces, maxRulesPerNamespace } = settings;
  const trusted = trustedNamespaces ? new Set(trustedNamespaces) : defaultRuleSettings(namespace).trustedNamespaces;
  return { deltasAnnotationKey, useClaimName, trustedNamespaces: trusted, maxRulesPerNamespace };
}
