#!/usr/bin/env bash
# Builds deploy/Dockerfile with buildah, as root, where no Docker engine runs: e2e/image/build.sh NAME PATH_OF_NODE
# Where the image `node:24-slim` can be had from nowhere, one is made of what this machine has.
set -euo pipefail
cd "$(dirname "$0")/../.."
name="$1" node="$2"
buildah inspect --type image docker.io/library/node:24-slim >/dev/null 2>&1 || e2e/image/make-node-image.sh "$node"
buildah bud --isolation chroot --format docker --build-arg REVISION="$(git rev-parse HEAD)" -f deploy/Dockerfile -t "$name" .
