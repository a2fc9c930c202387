import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Options } from "tsup";
import { type BundledPackage, readNotices, writeNotices } from "./notices.ts";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** The name of the file that each build leaves in its folder. */
export const NOTICES_FILE = "third-party-licenses.txt";

/** Licences of packages that come without the text: from their repositories. */
const kept = new URL("licenses/", import.meta.url);

/**
 * Writes the licences of all packages that are bundled into one file, as most of them require: also of those that a
 * package of ours has in its own bundle.
 *
 * @param more - what is shipped beside the bundle
 */
export function thirdPartyLicenses(more: readonly BundledPackage[] = []): Plugin {
  return {
    name: "third-party-licenses",
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        const inputs = Object.keys(metafile?.inputs ?? {});
        const folders = new Set(inputs.flatMap(packageOf));
        const ours = new Set(inputs.filter((file) => !file.includes("/node_modules/")).map(noticesBeside));
        const packages = [...[...folders].map(licenseOf), ...[...ours].flatMap(noticesIn), ...more];
        const { outdir = "dist" } = build.initialOptions;
        mkdirSync(outdir, { recursive: true });
        writeFileSync(join(outdir, NOTICES_FILE), writeNotices(packages));
      });
    },
  };
}

/** The folder of the package that a file belongs to; none if it is ours. */
function packageOf(file: string): string[] {
  const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? [];
  return folder === undefined ? [] : [resolve(folder)];
}

function noticesBeside(file: string): string {
  return join(dirname(file), NOTICES_FILE);
}

function noticesIn(file: string): readonly BundledPackage[] {
  return existsSync(file) ? readNotices(readFileSync(file, "utf8")) : [];
}

/** @throws {Error} if there is none: then it must not be bundled */
function licenseOf(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  const files = readdirSync(folder);
  const file = files.find((each) => /^(?:un)?licen[cs]e(?:[.-]|$)/i.test(each));
  const text = file === undefined ? (keptLicense(name) ?? inReadme(folder)) : readFileSync(join(folder, file), "utf8");
  if (!/Copyright|\(c\)|public domain/.test(text)) {
    throw new Error(`cannot bundle ${name} ${version}: it comes without its licence; keep the text in ${kept}`);
  }
  const notice = files.find((each) => /^notice(?:\.|$)/i.test(each));
  const notices = notice === undefined ? [] : [readFileSync(join(folder, notice), "utf8").trim()];
  return { name, version, license, text: [text.trim(), ...notices].join("\n\n") };
}

/** Of the package, or of all that come from one repository: `@scope.txt`. */
function keptLicense(name: string): string | undefined {
  const files = [name.replace("/", "+"), name.split("/")[0]].map((each) => new URL(`${each}.txt`, kept));
  const file = files.find((each) => existsSync(each));
  return file && readFileSync(file, "utf8");
}

/** What stands under the heading in its README; nothing if there is none. */
function inReadme(folder: string): string {
  const file = join(folder, "README.md");
  const readme = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^License\n-+\n(.*?)(?=^\[|$(?![\s\S]))/ms.exec(readme)?.[1] ?? "";
}
