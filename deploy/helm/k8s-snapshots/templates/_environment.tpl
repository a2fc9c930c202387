{{/* The variables that the chart sets, as a map: name to text. */}}
{{- define "k8s-snapshots.variables" -}}
{{- $variables := dict }}
{{- range $name, $value := .Values.settings }}
{{- if not (kindIs "invalid" $value) }}
{{- $variable := $name | snakecase | upper }}
{{- if kindIs "slice" $value }}
{{- $_ := set $variables $variable (join (ternary ":" "," (eq $variable "KUBECONFIG")) $value) }}
{{- else if kindIs "float64" $value }}
{{- $_ := set $variables $variable (int64 $value | toString) }}
{{- else }}
{{- $_ := set $variables $variable (toString $value) }}
{{- end }}
{{- end }}
{{- end }}
{{- /* Two releases in one namespace are two groups of replicas. */}}
{{- $fullname := include "k8s-snapshots.fullname" . }}
{{- if and (ne $fullname "k8s-snapshots") (not (hasKey $variables "LEADER_ELECTION_ID")) }}
{{- $_ := set $variables "LEADER_ELECTION_ID" $fullname }}
{{- end }}
{{- with .Values.cloud.aws.region }}{{ $_ := set $variables "AWS_REGION" . }}{{ end }}
{{- with .Values.cloud.google.project }}{{ $_ := set $variables "GCLOUD_PROJECT" . }}{{ end }}
{{- with .Values.cloud.google }}
{{- if .secretName }}{{ $_ := set $variables "GOOGLE_APPLICATION_CREDENTIALS" (printf "/var/run/secrets/google/%s" .secretKey) }}{{ end }}
{{- end }}
{{- with .Values.proxy.https }}{{ $_ := set $variables "HTTPS_PROXY" . }}{{ end }}
{{- with .Values.proxy.http }}{{ $_ := set $variables "HTTP_PROXY" . }}{{ end }}
{{- with .Values.proxy.noProxy }}{{ $_ := set $variables "NO_PROXY" (join "," .) }}{{ end }}
{{- with .Values.privateAuthority }}
{{- if .configMap }}{{ $_ := set $variables "NODE_EXTRA_CA_CERTS" (printf "/etc/k8s-snapshots/authority/%s" .key) }}{{ end }}
{{- end }}
{{- toYaml $variables }}
{{- end }}

{{/* The container's env. A variable has one source: of two, one would silently not count. */}}
{{- define "k8s-snapshots.env" -}}
{{- $variables := include "k8s-snapshots.variables" . | fromYaml }}
{{- range .Values.extraEnv }}
{{- if hasKey $variables .name }}
{{- fail (printf "extraEnv has %s, which another value sets: take it out of one of them" .name) }}
{{- end }}
{{- end }}
{{- $env := list }}
{{- range $name := keys $variables | sortAlpha }}
{{- $env = append $env (dict "name" $name "value" (get $variables $name)) }}
{{- end }}
{{- with concat $env .Values.extraEnv }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{- define "k8s-snapshots.envFrom" -}}
{{- $sources := list }}
{{- with .Values.cloud.aws.secretName }}{{ $sources = append $sources (dict "secretRef" (dict "name" .)) }}{{ end }}
{{- with .Values.cloud.digitalocean.secretName }}{{ $sources = append $sources (dict "secretRef" (dict "name" .)) }}{{ end }}
{{- with concat $sources .Values.extraEnvFrom }}
{{- toYaml . }}
{{- end }}
{{- end }}
