import type { CallOptions } from "../backend.ts";
import { BackendError } from "../backend-error.ts";

/** A hundred million snapshots, at a thousand a page. */
const MOST_PAGES = 100_000;

/** One page of a list, and how to ask for the next. */
export interface Page<Item> {
  readonly items: Iterable<Item>;

  /** What asks for the next page; `undefined`: this is the last one. It is looked at when all items were taken. */
  readonly next: string | undefined;
}

/**
 * All items of a list in pages, everything or a throw.
 *
 * @param read - reads one page; the first with `undefined`
 * @param options - those of the list: each page waits for `beforePage`
 * @param mostPages - Default: 100,000
 * @throws {BackendError} `unexpected` if a page leads back to one that was read, or there is no end of them; whatever `read`
 *   and `beforePage` throw
 */
export async function* readPages<Item>(
  read: (token: string | undefined) => Promise<Page<Item>>,
  options?: CallOptions,
  mostPages: number = MOST_PAGES,
): AsyncGenerator<Item, void> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    await options?.beforePage?.();
    const page = await read(token);
    yield* page.items;
    token = page.next;
    if (token === undefined) return;
    if (seen.has(token)) throw endless("leads back to a page that was read");
    seen.add(token);
  } while (seen.size < mostPages);
  throw endless(`has more than ${mostPages} pages`);
}

function endless(why: string): BackendError {
  return new BackendError("unexpected", `the list ${why}`, { scope: "location" });
}
