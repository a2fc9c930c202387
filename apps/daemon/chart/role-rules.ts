import {
  clusterIdPermission,
  leasePermissions,
  type RequiredPermission,
  requiredPermissions,
} from "@k8s-snapshots/k8s-source";

/** templates/_rules.tpl: the rules of ClusterRole and Role, from what the daemon asks of the API server. */
export function roleRules(): string {
  return [
    "{{/* Written by `pnpm generate` from packages/k8s-source/src/client/required-permissions.ts: do not edit. */}}",
    '{{- define "k8s-snapshots.rules" -}}',
    ...rulesOf(requiredPermissions),
    "{{- end }}",
    "",
    '{{- define "k8s-snapshots.leaseRules" -}}',
    ...rulesOf(leasePermissions()),
    "{{- end }}",
    "",
  ].join("\n");
}

function rulesOf(permissions: readonly RequiredPermission[]): string[] {
  const groups = Map.groupBy(permissions, (permission) => JSON.stringify(ruleOf(permission)));
  return [...groups].map(([rule, ofRule]) => ruleYaml(JSON.parse(rule) as Rule, ofRule));
}

interface Rule {
  readonly group: string;
  readonly resource: string;
  readonly name?: string;
}

function ruleOf({ group, resource, subresource, name }: RequiredPermission): Rule {
  return {
    group,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(name !== undefined && { name }),
  };
}

function ruleYaml({ group, resource, name }: Rule, permissions: readonly RequiredPermission[]): string {
  const isForClusterId = permissions.includes(clusterIdPermission);
  const rule = [
    ...permissions.map(({ verb, purpose }) => `# ${verb}: ${purpose}`),
    `- apiGroups: [${JSON.stringify(group)}]`,
    `  resources: [${resource}]`,
    ...(name === undefined ? [] : [`  resourceNames: [${name}]`]),
    `  verbs: [${permissions.map(({ verb }) => verb).join(", ")}]`,
  ];
  // Not needed where the cluster has a name of its own.
  return isForClusterId
    ? ["{{- if not .Values.settings.clusterId }}", ...rule, "{{- end }}"].join("\n")
    : rule.join("\n");
}
