/** A package whose code is in a bundle of ours, and the text of its licence. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, such as `MIT`: https://spdx.org/licenses/ */
  readonly license: string;
  readonly text: string;
}

const heading = /^=== (\S+) (\S+) \((.+)\)$/m;

/** One file of all, in the order of their names; what has the same licence to the letter shares its text. */
export function writeNotices(packages: readonly BundledPackage[]): string {
  const byText = Map.groupBy(packages.toSorted(byName), ({ text }) => text.trim());
  const sections = Array.from(byText, ([text, sharing]) => {
    const headings = new Set(sharing.map(({ name, version, license }) => `=== ${name} ${version} (${license})\n`));
    return `${[...headings].join("")}\n${text}\n`;
  });
  return ["This software holds the following packages.\n", ...sections].join("\n\n");
}

/** What {@link writeNotices} wrote. */
export function readNotices(file: string): readonly BundledPackage[] {
  const [, ...parts] = file.split(heading);
  const packages: BundledPackage[] = [];
  for (let end = parts.length; end > 0; end -= 4) {
    const [name = "", version = "", license = "", text = ""] = parts.slice(end - 4, end);
    packages.unshift({ name, version, license, text: text.trim() || (packages[0]?.text ?? "") });
  }
  return packages;
}

function byName(one: BundledPackage, other: BundledPackage): number {
  return one.name < other.name ? -1 : Number(one.name > other.name);
}
