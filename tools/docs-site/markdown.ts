import { githubAnchor } from "./github-anchor.ts";

/** A link or an image. */
export interface MarkdownLink {
  /** What stands between the parentheses: `../design.md#the-gate`. */
  readonly target: string;

  /** Where the target begins in the text, in characters. */
  readonly at: number;
}

/** All inline links and images of a Markdown text, in their order; those in code and in comments are none. */
export function linksOf(markdown: string): readonly MarkdownLink[] {
  return [...withoutCode(markdown).matchAll(/(?<=\]\()[^()\s]+(?=(?:\s+"[^"]*")?\))/g)].map(({ 0: target, index }) => ({
    target,
    at: index,
  }));
}

/** The anchors of a Markdown text's headings, as GitHub has them: of two that are the same, the second gets `-1`. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headingsOf(markdown)) {
    const anchor = githubAnchor(heading);
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again++) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}

/** The first heading's text; `undefined` if there is none. */
export function titleOf(markdown: string): string | undefined {
  return headingsOf(markdown)[0];
}

/** A text in which links, given by where they are, have other targets. */
export function withTargets(markdown: string, targetOf: (target: string) => string): string {
  return linksOf(markdown).reduceRight(
    (text, { target, at }) => text.slice(0, at) + targetOf(target) + text.slice(at + target.length),
    markdown,
  );
}

/** A text without comments, which are notes for tests; those in code blocks stay. */
export function withoutComments(markdown: string): string {
  return markdown
    .split(/(^ *```.*?^ *```)/ms)
    .map((part, index) => (index % 2 === 0 ? part.replace(/<!--.*?-->\n?/gs, "") : part))
    .join("");
}

function headingsOf(markdown: string): readonly string[] {
  const lines = blanked(markdown, /^ *```.*?^ *```/gms);
  return [...lines.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) =>
    heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, ""),
  );
}

/** The same text, of the same length, with spaces where code and comments are. */
function withoutCode(markdown: string): string {
  return [/^ *```.*?^ *```/gms, /<!--.*?-->/gs, /(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g].reduce(blanked, markdown);
}

function blanked(text: string, pattern: RegExp): string {
  return text.replace(pattern, (match) => match.replace(/[^\n]/g, " "));
}
