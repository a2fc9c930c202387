import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Licences of packages that come without the text: from their repositories. */
const kept = new URL("licenses/", import.meta.url);

/** Writes the licences of all packages that are bundled into one file, as most of them require. */
export function thirdPartyLicenses(outputFile: string): Plugin {
  return {
    name: "third-party-licenses",
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        const folders = new Set(Object.keys(metafile?.inputs ?? {}).flatMap(packageOf));
        const texts = [...folders].map(licenseOf).toSorted();
        mkdirSync(dirname(outputFile), { recursive: true });
        writeFileSync(outputFile, `This package holds the following ones.\n\n${texts.join("\n\n")}`);
      });
    },
  };
}

/** The folder of the package that a file belongs to; none if it is ours. */
function packageOf(file: string): string[] {
  const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? [];
  return folder === undefined ? [] : [resolve(folder)];
}

/** @throws {Error} if there is none: then it must not be bundled */
function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  const file = readdirSync(folder).find((each) => /^licen[cs]e(?:\.|$)/i.test(each));
  const own = new URL(`${name}.txt`, kept);
  const readme = join(folder, "README.md");
  const text = file
    ? readFileSync(join(folder, file), "utf8")
    : existsSync(own)
      ? readFileSync(own, "utf8")
      : /^License\n-+\n(.*?)(?=^\[|$(?![\s\S]))/ms.exec(readFileSync(readme, "utf8"))?.[1];
  if (!text?.includes("Copyright")) throw new Error(`${name} ${version} comes without its licence: keep it in ${own}`);
  return `=== ${name} ${version} (${license})\n\n${text.trim()}\n`;
}
