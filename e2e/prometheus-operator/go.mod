// The definitions of the Prometheus Operator's objects, at a fixed version: no Go code, only what `go mod download` needs to
// know. They lie in the module's folder example/prometheus-operator-crd.
module k8s-snapshots.example/prometheus-operator

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
