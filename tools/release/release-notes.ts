/**
 * What is new in a version, from the changelogs that Changesets writes.
 *
 * @param changelogs - by the name of the package, in the order of the answer
 */
export function releaseNotes(changelogs: ReadonlyMap<string, string>, version: string): string {
  const sections = [...changelogs].flatMap(([name, changelog]) => {
    const changes = changesIn(changelog, version);
    return changes === "" ? [] : [`## ${name}\n\n${changes}\n`];
  });
  return sections.length > 0
    ? sections.join("\n")
    : `Version ${version} of all packages; nothing in them has changed.\n`;
}

/** Without the packages' dependencies on each other, which move with every release. */
function changesIn(changelog: string, version: string): string {
  const [, after = ""] = changelog.split(`\n## ${version}\n`);
  const [section = ""] = after.split("\n## ");
  return section
    .replace(/^No changes in this release\.$/m, "")
    .replace(/^- (?:Updated dependencies.*|@k8s-snapshots\/\S+@\S+)$\n?(?: {2}- @.*\n?)*/gm, "")
    .replace(/^### .*\n+(?=### |$(?![\s\S]))/gm, "")
    .trim();
}
