{{/* Written by `pnpm generate` from packages/k8s-source/src/client/required-permissions.ts: do not edit. */}}
{{- define "k8s-snapshots.rules" -}}
# list: to find the disks
# watch: to see when volumes change
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [list, watch]
# list: to find annotated claims
# watch: to see when claims change
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [list, watch]
# list: to find SnapshotRules
# watch: to see when SnapshotRules change
- apiGroups: ["k8s-snapshots.elsdoerfer.com"]
  resources: [snapshotrules]
  verbs: [list, watch]
# patch: to say how rules stand
- apiGroups: ["k8s-snapshots.elsdoerfer.com"]
  resources: [snapshotrules/status]
  verbs: [patch]
# create: to tell objects what became of them
# patch: to fold Events that repeat
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- if not .Values.settings.clusterId }}
# get: to tell this cluster's snapshots from others'
- apiGroups: [""]
  resources: [namespaces]
  resourceNames: [kube-system]
  verbs: [get]
{{- end }}
{{- end }}

{{- define "k8s-snapshots.leaseRules" -}}
# list: to find the other replicas
# watch: to see which replicas are alive, and what each serves
# create: to join them
# patch: to stay, and to take over locations
# delete: to leave, and to remove those that are gone
- apiGroups: ["coordination.k8s.io"]
  resources: [leases]
  verbs: [list, watch, create, patch, delete]
{{- end }}
