{{- define "k8s-snapshots.hasExtraBackends" -}}
{{- with .Values.extraBackends }}
{{- if and .packages .prebuiltImage }}
{{- fail "extraBackends has packages and prebuiltImage: set one of them" }}
{{- end }}
{{- if or .packages .prebuiltImage }}yes{{ end }}
{{- end }}
{{- end }}

{{- define "k8s-snapshots.volumes" -}}
{{- if include "k8s-snapshots.hasExtraBackends" . }}
- name: backends
  emptyDir:
    sizeLimit: {{ .Values.extraBackends.sizeLimit }}
{{- end }}
{{- with .Values.cloud.google.secretName }}
- name: google
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .Values.privateAuthority.configMap }}
- name: authority
  configMap:
    name: {{ . }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "k8s-snapshots.volumeMounts" -}}
{{- if include "k8s-snapshots.hasExtraBackends" . }}
# Where Node looks for packages that the program imports.
- name: backends
  mountPath: /app/node_modules
  subPath: node_modules
  readOnly: true
{{- end }}
{{- if .Values.cloud.google.secretName }}
- name: google
  mountPath: /var/run/secrets/google
  readOnly: true
{{- end }}
{{- if .Values.privateAuthority.configMap }}
- name: authority
  mountPath: /etc/k8s-snapshots/authority
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
