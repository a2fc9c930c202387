import { basename } from "node:path";
import { imageOf, type ProjectAddress } from "../project/project-address.ts";
import { type Release, tagOf } from "./release.ts";
import type { Command } from "./run.ts";

/** The files of a release. */
export interface ReleaseParts {
  /** npm packages, each after those that it needs. */
  readonly tarballs: readonly string[];
  /** The image: an archive for each platform. */
  readonly images: readonly string[];
  readonly chart?: string | undefined;
  /** All files, with those above, the checksums and the signatures. */
  readonly files: readonly string[];
  readonly notes: string;
}

/** A step of the publication: left out if its check succeeds, so that a publication that was cut short can be repeated. */
export interface PublishStep {
  readonly what: string;
  readonly unless?: Command;
  readonly commands: readonly Command[];
}

/** The packages, the image and the chart, and then the page that tells of them. */
export function publishSteps(release: Release, parts: ReleaseParts, address: ProjectAddress): readonly PublishStep[] {
  const { version } = release;
  const isPreview = version.includes("-");
  const command = (program: string, ...words: string[]): Command => ({ program, words });
  const packages = parts.tarballs.map((tarball) => ({
    what: basename(tarball),
    unless: command("npm", "view", packageOf(tarball, version), "version"),
    commands: [
      command("npm", "publish", tarball, "--access", "public", "--provenance", "--tag", isPreview ? "next" : "latest"),
    ],
  }));
  const list = `localhost/k8s-snapshots-release:${version}`;
  const push = (tag: string): Command =>
    command("buildah", "manifest", "push", "--all", list, `docker://${imageOf(address)}:${tag}`);
  const image = {
    what: `${imageOf(address)}:${version}`,
    commands: [
      command("buildah", "manifest", "create", "--amend", list),
      ...parts.images.map((archive) => command("buildah", "manifest", "add", list, `oci-archive:${archive}`)),
      push(version),
      ...(isPreview ? [] : [push("latest")]),
    ],
  };
  const registry = `oci://ghcr.io/${address.owner.toLowerCase()}/charts`;
  const chart = parts.chart && { what: registry, commands: [command("helm", "push", parts.chart, registry)] };
  const tag = tagOf(release);
  const page = {
    what: `${address.url}/releases/tag/${tag}`,
    unless: command("gh", "release", "view", tag),
    commands: [
      command(
        "gh",
        ...["release", "create", tag, "--verify-tag", "--title", tag, "--notes-file", parts.notes],
        ...(isPreview ? ["--prerelease"] : []),
        ...parts.files,
      ),
    ],
  };
  return [...packages, image, ...(chart ? [chart] : []), page];
}

/** `k8s-snapshots-retention-0.2.0.tgz` → `@k8s-snapshots/retention@0.2.0` */
function packageOf(tarball: string, version: string): string {
  const name = basename(tarball).slice("k8s-snapshots-".length, -`-${version}.tgz`.length);
  return `@k8s-snapshots/${name}@${version}`;
}
