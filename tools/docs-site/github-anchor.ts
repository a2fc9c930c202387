/**
 * The anchor that GitHub gives a heading: links in the repository are written for it, so that the site's headings have the same.
 *
 * @param heading - its text, without Markdown's marks
 */
export function githubAnchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");
}
