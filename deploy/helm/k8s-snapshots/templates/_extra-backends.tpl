{{/* The init container that puts backends of others where the daemon finds them. */}}
{{- define "k8s-snapshots.extraBackends" -}}
{{- with .Values.extraBackends }}
- name: backends
  {{- if .packages }}
  image: {{ .image }}
  # No scripts of packages run; their dependencies for development stay away.
  command: [npm, install, --prefix, /backends, --ignore-scripts, --omit=dev, --no-audit, --no-fund]
  args:
    {{- toYaml .packages | nindent 4 }}
  {{- else }}
  image: {{ .prebuiltImage }}
  command: [cp, -R, {{ .prebuiltPath | quote }}, /backends/node_modules]
  {{- end }}
  env:
    - name: HOME
      value: /backends
    - name: npm_config_cache
      value: /backends/.npm
    - name: npm_config_update_notifier
      value: "false"
    {{- range $name, $value := (include "k8s-snapshots.variables" $ | fromYaml) }}
    {{- if has $name (list "HTTPS_PROXY" "HTTP_PROXY" "NO_PROXY" "NODE_EXTRA_CA_CERTS") }}
    - name: {{ $name }}
      value: {{ $value | quote }}
    {{- end }}
    {{- end }}
  volumeMounts:
    - name: backends
      mountPath: /backends
    {{- if $.Values.privateAuthority.configMap }}
    - name: authority
      mountPath: /etc/k8s-snapshots/authority
      readOnly: true
    {{- end }}
  resources:
    {{- toYaml .resources | nindent 4 }}
  securityContext:
    {{- toYaml $.Values.securityContext | nindent 4 }}
{{- end }}
{{- end }}
