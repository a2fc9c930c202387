import { parseArgs } from "node:util";

/** What `pnpm release` was asked to do. */
export interface ReleaseOptions {
  /** Make everything, publish nothing. */
  readonly dryRun: boolean;
  /** Leave out the image, where there is no buildah. */
  readonly withoutImage: boolean;
  /** Where to put what is released: emptied first. */
  readonly output: string;
}

export const usage = `pnpm release [--dry-run] [--without-image] [--output FOLDER]

Packs the npm packages, builds the image for amd64 and arm64, packs the chart, lists what is in it all, and adds checksums
and signatures, into FOLDER (release). Then it publishes, which needs the version's tag and credentials.

  --dry-run         publish nothing
  --without-image   build no image: only with --dry-run`;

/** @throws {Error} in one line, if the arguments are not as {@link usage} says */
export function parseReleaseOptions(words: readonly string[]): ReleaseOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      "dry-run": { type: "boolean", default: false },
      "without-image": { type: "boolean", default: false },
      output: { type: "string", default: "release" },
    },
  });
  const options = { dryRun: values["dry-run"], withoutImage: values["without-image"], output: values.output };
  if (options.withoutImage && !options.dryRun) {
    throw new Error(
      "cannot publish without the image: a release has all its parts; use --without-image with --dry-run",
    );
  }
  return options;
}
