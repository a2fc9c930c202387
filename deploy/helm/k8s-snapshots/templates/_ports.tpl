{{/* Of metrics and probes. */}}
{{- define "k8s-snapshots.httpPort" -}}
{{- $address := default ":8080" .Values.settings.httpListen }}
{{- if regexMatch "^(127\\.|localhost|\\[::1\\])" $address }}
{{- fail (printf "settings.httpListen is %s, where no kubelet can reach the probes: write :8080" $address) }}
{{- end }}
{{- regexFind "[0-9]+$" $address }}
{{- end }}

{{/* Of the status page, where it listens on more than the pod's loopback; else empty. */}}
{{- define "k8s-snapshots.pagePort" -}}
{{- $address := default "" .Values.settings.pageListen }}
{{- if and $address (not (regexMatch "^(127\\.|localhost|\\[::1\\])" $address)) }}
{{- regexFind "[0-9]+$" $address }}
{{- end }}
{{- end }}
