/**
 * Makes a release, and publishes it: `pnpm release --dry-run` does all but the publication. See docs/release.md.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { projectAddress } from "../project/project-address.ts";
import { root } from "../project/root.ts";
import { readManifest } from "../project/workspace-packages.ts";
import { architectures, buildImage } from "./build-image.ts";
import { checksums } from "./checksums.ts";
import { imageFaults } from "./image-faults.ts";
import { parseReleaseOptions, type ReleaseOptions, usage } from "./options.ts";
import { packChart } from "./pack-chart.ts";
import { packPackages } from "./pack-packages.ts";
import { publishSteps } from "./publish-commands.ts";
import { readArchive } from "./read-archive.ts";
import { readNotes } from "./read-notes.ts";
import { refusals } from "./refusals.ts";
import { type Release, readRelease } from "./release.ts";
import { runCommand, succeeds } from "./run.ts";
import { signersFor } from "./signers.ts";
import { writeSbom } from "./write-sbom.ts";

try {
  if (process.argv.includes("--help")) console.log(usage);
  else await release(parseReleaseOptions(process.argv.slice(2)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function release(options: ReleaseOptions): Promise<void> {
  const about = await readRelease(root);
  const changesets = (await readdir(join(root, ".changeset"))).filter((file) => /^(?!README).*\.md$/.test(file));
  const reasons = refusals(about, process.env, changesets);
  for (const reason of reasons) console.log(`${options.dryRun ? "would be refused" : "refused"}: ${reason}`);
  if (reasons.length > 0 && !options.dryRun) throw new Error("cannot publish: see above; --dry-run makes all the same");

  const output = resolve(root, options.output);
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const tarballs = await packPackages(root, output);
  const images = options.withoutImage ? [] : await buildImages(output, about, options);
  if (options.withoutImage) console.log("left out: the image, as asked");
  const chart = await packChart(root, output, about);
  if (chart === undefined) console.log("left out: the chart; there is none below deploy/helm");
  const lists = await writeSbom(root, output, about.version);
  const made = [...tarballs, ...images, ...(chart === undefined ? [] : [chart]), ...lists];
  const sums = join(output, "SHA256SUMS");
  await writeFile(sums, await checksums(made));
  const signatures = await sign(sums);
  const notes = join(output, "NOTES.md");
  await writeFile(notes, await readNotes(root, about.version));
  for (const file of await readdir(output)) console.log(`made: ${join(options.output, file)}`);
  if (options.dryRun) return;

  const address = projectAddress((await readManifest(join(root, "package.json")))["repository"]);
  const parts = { tarballs, images, chart, files: [...made, sums, ...signatures], notes };
  for (const { what, unless, commands } of publishSteps(about, parts, address)) {
    const isThere = unless !== undefined && (await succeeds(unless, root));
    console.log(`${isThere ? "published already" : "publishing"}: ${what}`);
    if (!isThere) for (const command of commands) await runCommand(command, root);
  }
}

async function buildImages(output: string, about: Release, options: ReleaseOptions): Promise<readonly string[]> {
  if (!(await succeeds({ program: "buildah", words: ["--version"] }, root))) {
    throw new Error("cannot build the image: buildah is not there; install it, or use --dry-run --without-image");
  }
  const archives: string[] = [];
  for (const architecture of architectures) {
    const archive = await buildImage(root, output, about, architecture, options);
    const image = await readArchive(archive);
    const faults = imageFaults(image, architecture, about.version);
    if (faults.length > 0) throw new Error(`cannot release the image for ${architecture}: ${faults.join("; ")}`);
    console.log(
      `checked: the image for ${architecture}, ${image.files.length} files, ${image.programs.size} of them native`,
    );
    archives.push(archive);
  }
  return archives;
}

/** @returns the signatures */
async function sign(file: string): Promise<readonly string[]> {
  const signers = signersFor(file, process.env);
  if (signers.length === 0) console.log("not signed: none of COSIGN_KEY, MINISIGN_KEY_FILE and RELEASE_GPG_KEY is set");
  for (const signer of signers) await runCommand(signer, root);
  return signers.map(({ signature }) => signature);
}
