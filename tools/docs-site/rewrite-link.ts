import { posix } from "node:path";
import { decisionsFolder, pagePathOf } from "./pages.ts";

/** What a link may lead to. */
export interface Destinations {
  /** Files of the repository that are pages of the site. */
  readonly pages: ReadonlySet<string>;

  /** All other files, and all folders, of the repository. */
  readonly others: ReadonlySet<string>;

  /** Where people read those: `https://github.com/acme/k8s-snapshots/blob/main`. */
  readonly address: string;
}

/** Files that a page shows: they come with it. */
export const imagePattern: RegExp = /\.(?:png|svg)$/;

/**
 * The target, on the site, of a link in a file of the repository: to another page, to an image that comes with the site, or to
 * the file's address. Addresses and anchors of the same page stay as they are.
 *
 * @param source - the file that has the link, below the root
 * @throws {Error} if nothing is there
 */
export function rewriteLink(target: string, source: string, { pages, others, address }: Destinations): string {
  if (/^(?:[a-z]+:|#)/.test(target)) return target;
  const [path = "", anchor] = target.split("#");
  const file = posix.normalize(posix.join(posix.dirname(source), decodeURI(path))).replace(/\/$/, "");
  const suffix = anchor === undefined ? "" : `#${anchor}`;
  if (file === decisionsFolder) return "/decisions/index.md";
  const page = [file, `${file}/README.md`].find((each) => pages.has(each));
  if (page !== undefined) return `/${pagePathOf(page)}${suffix}`;
  if (!others.has(file))
    throw new Error(`cannot link ${target} in ${source}: the repository has no ${file}; correct the path`);
  return imagePattern.test(file) ? `/${pagePathOf(file)}` : `${address}/${file}${suffix}`;
}
