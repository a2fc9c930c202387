import { join } from "node:path";
import type { ReleaseOptions } from "./options.ts";
import type { Release } from "./release.ts";
import { outputOf, runCommand, succeeds } from "./run.ts";

/** The platforms of the image, as Linux calls them. */
export const architectures = ["amd64", "arm64"] as const;

export type Architecture = (typeof architectures)[number];

const nodeImage = "docker.io/library/node:24-slim";

/**
 * Builds deploy/Dockerfile for one platform with buildah. Nothing of another platform runs here, so no emulator is needed;
 * and since not every buildah heeds `FROM --platform`, what is taken from the other platform's Node image is called native
 * while the image is built, and the image by its true name once it is there.
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
  const buildah = (...words: string[]): Promise<void> => runCommand({ program: "buildah", words }, root);
  const name = `localhost/k8s-snapshots-release:${version}-${architecture}`;
  const native = (await ask(root, "info", "--format", "{{.host.arch}}")) as Architecture;
  const target = architecture === native ? nodeImage : `localhost/node-${architecture}:24-slim`;
  await provideNodeImage(root, target, architecture, native, options);

  const same = ["--format", "oci", "--timestamp", String(date)];
  const values = { NODE_IMAGE: nodeImage, TARGET_NODE_IMAGE: target, VERSION: version, REVISION: commit };
  const given = Object.entries(values).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]);
  await buildah(
    "bud",
    "--isolation",
    "chroot",
    "--layers",
    ...same,
    ...given,
    "-f",
    "deploy/Dockerfile",
    "-t",
    name,
    ".",
  );
  if (architecture !== native) {
    await commitAs(root, await ask(root, "from", name), architecture, name, same);
  }

  const archive = join(output, `k8s-snapshots-${version}-linux-${architecture}.oci.tar`);
  await buildah("push", name, `oci-archive:${archive}:${version}`);
  return archive;
}

/**
 * Has Node's own image for the platform under a name; where no registry of images can be reached, a trial gets one that is
 * made of what this machine can have.
 *
 * @throws {Error} if it cannot be pulled, and this is no trial
 */
async function provideNodeImage(
  root: string,
  name: string,
  architecture: Architecture,
  native: Architecture,
  { dryRun }: ReleaseOptions,
): Promise<void> {
  const pull = ["pull", "--quiet", "--arch", architecture, nodeImage];
  if (await succeeds({ program: "buildah", words: pull }, root)) {
    if (architecture === native) return;
    await commitAs(root, await ask(root, "from", "--arch", architecture, nodeImage), native, name);
    // The name of the image stands for one architecture at a time: the build itself runs on the native one.
    return runCommand({ program: "buildah", words: ["pull", "--quiet", "--arch", native, nodeImage] }, root);
  }
  if (!dryRun) throw new Error(`cannot build the image: ${nodeImage} cannot be pulled for ${architecture}`);
  console.log(
    `${nodeImage} cannot be pulled for ${architecture}: this trial's is made of Debian's packages and npm's Node`,
  );
  if (await succeeds({ program: "buildah", words: ["inspect", "--type", "image", name] }, root)) return;
  const [script, ...words] =
    architecture === native
      ? ["make-node-image.sh", process.execPath]
      : ["make-foreign-node-image.sh", name, architecture];
  await runCommand({ program: join(root, "e2e/image", script as string), words }, root);
}

/** Says of a container that it is for another architecture, and makes an image of it. */
async function commitAs(
  root: string,
  container: string,
  architecture: Architecture,
  name: string,
  options: readonly string[] = [],
): Promise<void> {
  const buildah = (...words: string[]): Promise<void> => runCommand({ program: "buildah", words }, root);
  await buildah("config", "--arch", architecture, container);
  await buildah("commit", "--quiet", "--rm", ...options, container, name);
}

async function ask(root: string, ...words: string[]): Promise<string> {
  return (await outputOf({ program: "buildah", words }, root)).trim();
}
