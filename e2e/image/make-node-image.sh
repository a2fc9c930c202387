#!/usr/bin/env bash
# Makes an image `docker.io/library/node:24-slim` of Debian's packages and a Node that is on this machine, for machines
# that can reach no registry of images: the Dockerfile then builds unchanged. It trusts the certificate authorities that
# the machine does. Needs root, buildah and mmdebstrap.
#
#   e2e/image/make-node-image.sh PATH_OF_NODE
set -euo pipefail
node="$(readlink -f "$1")"
npm="$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

mmdebstrap --variant=essential --include=ca-certificates,libstdc++6 bookworm "$folder/debian.tar"
container="$(buildah from scratch)"
buildah add -q "$container" "$folder/debian.tar" /
buildah copy -q --chmod 755 "$container" "$node" /usr/local/bin/node
buildah copy -q "$container" "$npm" /usr/local/lib/node_modules/npm
for command in npm npx; do
  buildah run --isolation chroot "$container" ln -s "../lib/node_modules/npm/bin/$command-cli.js" "/usr/local/bin/$command"
done
authorities=/etc/ssl/certs/ca-certificates.crt
buildah copy -q "$container" "$authorities" "$authorities"
buildah config --env NODE_EXTRA_CA_CERTS="$authorities" "$container"
buildah commit -q --rm "$container" docker.io/library/node:24-slim
