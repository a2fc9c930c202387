#!/usr/bin/env bash
# Makes an image of what the Dockerfile's stage `target` copies for a platform that this machine is not: Debian's C and C++
# libraries with their licences, and Node from npm. Nothing of it runs here, so no emulator is needed; and it is called
# native, for builds that know no other platform. Needs buildah and mmdebstrap.
#
#   e2e/image/make-foreign-node-image.sh NAME ARCHITECTURE        arm64 or amd64
set -euo pipefail
cd "$(dirname "$0")/../.."
name="$1" architecture="$2"
declare -A names_in_npm=([amd64]=x64 [arm64]=arm64)
package="node-linux-${names_in_npm[$architecture]}"
version="$(node -p "require('./package.json').optionalDependencies['$package']")"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# One folder for all libraries, as in Debian's own images.
mmdebstrap --variant=extract --architectures="$architecture" --include=libc6,libgcc-s1,libstdc++6 \
  --setup-hook='mkdir -p "$1/usr/lib" && ln -s usr/lib "$1/lib"' bookworm "$folder/debian.tar"
(cd "$folder" && npm pack --silent "$package@$version" && tar -xzf "$package"-*.tgz package/bin/node) >/dev/null
container="$(buildah from scratch)"
buildah add -q "$container" "$folder/debian.tar" /
buildah copy -q --chmod 755 "$container" "$folder/package/bin/node" /usr/local/bin/node
buildah commit -q --rm "$container" "$name"
