# Installs what the end-to-end tests run, where it is not there. For `source`; sets PATH. Functions end with 1 if they fail.
cache="${XDG_CACHE_HOME:-$HOME/.cache}/k8s-snapshots"
export PATH="$PATH:$cache/python/bin:$cache/bin"

install_python_programs() {
  command -v moto_server >/dev/null && command -v aws >/dev/null && return
  if ! python3 -m venv --help >/dev/null 2>&1; then apt-get update -q && apt-get install -qy python3-venv; fi
  python3 -m venv "$cache/python" && "$cache/python/bin/pip" install -q 'moto[ec2,server]==5.2.*' awscli
}

install_gcloud() {
  command -v gcloud >/dev/null && return
  apt-get update -q && apt-get install -qy google-cloud-cli
}

install_restic() {
  command -v restic >/dev/null && return
  apt-get update -q && apt-get install -qy --no-install-recommends restic
}

install_prometheus() {
  command -v prometheus >/dev/null && command -v promtool >/dev/null && return
  apt-get update -q && apt-get install -qy --no-install-recommends prometheus
}

install_chromium() {
  [[ -x /usr/bin/chromium ]] && return
  apt-get update -q && apt-get install -qy --no-install-recommends chromium
}

build_kubernetes_programs() {
  command -v go >/dev/null || { echo "Go is missing: install Go 1.26"; return 1; }
  command -v kubectl >/dev/null && return
  (cd e2e/kube-apiserver && go build -trimpath -o "$cache/bin/kubectl" k8s.io/kubernetes/cmd/kubectl)
}

install_image_programs() {
  for program in buildah podman runc mmdebstrap; do
    command -v "$program" >/dev/null || missing=1
  done
  [[ -z "${missing:-}" ]] && return
  apt-get update -q && apt-get install -qy --no-install-recommends buildah podman runc mmdebstrap && return
  echo "THE IMAGE CANNOT BE BUILT: buildah, podman, runc and mmdebstrap are needed, and apt-get could not install them"
  return 1
}
