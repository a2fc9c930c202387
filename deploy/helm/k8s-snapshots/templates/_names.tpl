{{- define "k8s-snapshots.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* "yes", or nothing: whether replicas share the locations by Leases. */}}
{{- define "k8s-snapshots.sharesLocations" -}}
{{- $setting := .Values.settings.leaderElection -}}
{{- if or (kindIs "invalid" $setting) $setting -}}yes{{- end }}
{{- end }}

{{/* Of the objects: the release's name, with the chart's behind it where it does not say that yet. */}}
{{- define "k8s-snapshots.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "k8s-snapshots.name" .) .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "k8s-snapshots.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "k8s-snapshots.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "k8s-snapshots.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* What never changes in the life of a release: selectors cannot be changed. */}}
{{- define "k8s-snapshots.selectorLabels" -}}
app.kubernetes.io/name: {{ include "k8s-snapshots.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Of a pod, which need not be replaced for a new version of the chart alone. Takes what the next one takes. */}}
{{- define "k8s-snapshots.podLabels" -}}
{{- $root := index . 0 -}}
{{ include "k8s-snapshots.selectorLabels" $root }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: k8s-snapshots
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- end }}

{{/* Of an object. Takes a list: the chart's root, and the component that the object belongs to. */}}
{{- define "k8s-snapshots.labels" -}}
{{- $root := index . 0 -}}
{{ include "k8s-snapshots.podLabels" . }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* A tag that was written as a number keeps its digits: "1.10". */}}
{{- define "k8s-snapshots.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end }}
{{- end }}
