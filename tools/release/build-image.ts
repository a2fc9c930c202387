import { join } from "node:path";
import type { ReleaseOptions } from "./options.ts";
import type { Release } from "./release.ts";
import { outputOf, runCommand, succeeds } from "./run.ts";

/** The platforms of the image, as Linux calls them. */
export const architectures = ["amd64", "arm64"] as const;

export type Architecture = (typeof architectures)[number];

const nodeImage = "docker.io/library/node:24-slim";

/**
 * Builds deploy/Dockerfile for one platform with buildah; nothing of another platform runs here.
 *
 * @returns an archive in the form of https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function buildImage(
  root: string,
  output: string,
  { version, commit, date }: Release,
  architecture: Architecture,
  options: ReleaseOptions,
): Promise<string> {
  const name = `localhost/k8s-snapshots-release:${version}-${architecture}`;
  const target = await targetNodeImage(root, architecture, options);
  const values = { NODE_IMAGE: nodeImage, TARGET_NODE_IMAGE: target, VERSION: version, REVISION: commit };
  const words = ["bud", "--isolation", "chroot", "--layers", "--format", "oci", "--timestamp", String(date)];
  words.push("--platform", `linux/${architecture}`);
  words.push(...Object.entries(values).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]));
  await runCommand({ program: "buildah", words: [...words, "-f", "deploy/Dockerfile", "-t", name, "."] }, root);
  const archive = join(output, `k8s-snapshots-${version}-linux-${architecture}.oci.tar`);
  await runCommand({ program: "buildah", words: ["push", name, `oci-archive:${archive}:${version}`] }, root);
  return archive;
}

/**
 * Node's own image for the platform; where no registry of images can be reached, a trial gets one that is made of what this
 * machine can have.
 *
 * @throws {Error} if it cannot be pulled, and this is no trial
 */
async function targetNodeImage(root: string, architecture: Architecture, { dryRun }: ReleaseOptions): Promise<string> {
  const pull = ["pull", "--quiet", "--retry", "0", "--platform", `linux/${architecture}`, nodeImage];
  if (await succeeds({ program: "buildah", words: pull }, root)) return nodeImage;
  if (!dryRun) throw new Error(`cannot build the image: ${nodeImage} cannot be pulled for ${architecture}`);
  const native = (await outputOf({ program: "buildah", words: ["info", "--format", "{{.host.arch}}"] }, root)).trim();
  const made = architecture === native ? nodeImage : `localhost/node-${architecture}:24-slim`;
  console.log(
    `${nodeImage} cannot be pulled for ${architecture}: this trial's is made of Debian's packages and npm's Node`,
  );
  if (await succeeds({ program: "buildah", words: ["inspect", "--type", "image", made] }, root)) return made;
  const words = architecture === native ? [process.execPath] : [made, architecture];
  const script = architecture === native ? "make-node-image.sh" : "make-foreign-node-image.sh";
  await runCommand({ program: join(root, "e2e/image", script), words }, root);
  return made;
}
