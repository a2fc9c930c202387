#!/usr/bin/env bash
# Makes the Go module of another version of Kubernetes: kube-apiserver, and the etcd that belongs to it. Needs Go.
#
#   e2e/kube-apiserver/make-module.sh 1.37.2 e2e/kube-apiserver-1.37
set -euo pipefail
version="$1" folder="$2"
mkdir -p "$folder" && cd "$folder"
rm -f go.mod go.sum
theirs="$(cd / && GOFLAGS=-mod=mod go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p')"
etcd="$(sed -n 's/^\tgo\.etcd\.io\/etcd\/client\/v3 v\([^ ]*\).*/\1/p' "$theirs")"
# What Kubernetes' own repository has below ./staging is published by itself, as 0.MINOR.PATCH for 1.MINOR.PATCH.
staging="$(sed -n 's/^\t\(k8s\.io\/[^ ]*\) => \.\/staging\/.*/\1/p' "$theirs" | sort -u)"
{
  echo "// The programs of the end-to-end tests, at fixed versions: no Go code, only what \`go build\` needs to know."
  printf 'module k8s-snapshots.example/kube-apiserver\n\ngo 1.26.0\n\n'
  printf 'tool (\n\tgo.etcd.io/etcd/server/v3\n\tk8s.io/kubernetes/cmd/kube-apiserver\n)\n\n'
  printf 'require (\n\tgo.etcd.io/etcd/server/v3 v%s\n\tk8s.io/kubernetes v%s\n)\n\nreplace (\n' "$etcd" "$version"
  for module in $staging; do printf '\t%s => %s v0.%s\n' "$module" "$module" "${version#1.}"; done
  echo ")"
} > go.mod
go mod tidy
