import { invalid, invalidField } from "./api-error.ts";
import { parseFilter } from "./list-filter.ts";

/** Something that a list holds. */
interface Listed {
  readonly name?: string;
  readonly creationTimestamp?: string;
  /** An operation's. */
  readonly insertTime?: string;
}

/** One page. */
export interface Page<Item> {
  /** Left out if there is nothing on it. */
  readonly items?: readonly Item[];
  /** Left out on the last page. */
  readonly nextPageToken?: string;
}

/** The query parameters of a list. */
export interface ListQuery {
  readonly filter?: string;
  readonly orderBy?: string;
  readonly maxResults?: string;
  readonly pageToken?: string;
}

/**
 * The page of a list that is asked for. A token stands for the last item before the page, so that what is made or
 * deleted meanwhile moves nothing.
 *
 * @param pageSize - the most that a page holds
 * @throws {ApiError} 400 if a parameter is not as described
 */
export function toPage<Item extends object>(items: readonly Item[], query: ListQuery, pageSize: number): Page<Item> {
  const { filter, orderBy, pageToken } = query;
  if (filter && orderBy) throw invalid("Invalid value for field 'orderBy': it cannot be used together with filter.");
  const sorted = items.filter(parseFilter(filter)).toSorted(comparison(orderBy));
  const start = pageToken === undefined ? 0 : sorted.findIndex((item) => isAfter(item, readToken(pageToken), orderBy));
  const size = Math.min(readMaxResults(query.maxResults), pageSize);
  const page = start < 0 ? [] : sorted.slice(start, start + size);
  const isLast = start < 0 || start + size >= sorted.length;
  return {
    ...(page.length > 0 ? { items: page } : {}),
    ...(isLast ? {} : { nextPageToken: tokenAfter(page.at(-1) as Listed) }),
  };
}

/** A token for the page that begins with the first item. */
export const tokenOfStart: string = tokenAfter({ name: "", creationTimestamp: "9999" });

function tokenAfter({ name, creationTimestamp, insertTime }: Listed): string {
  return Buffer.from(JSON.stringify({ name, creationTimestamp: creationTimestamp ?? insertTime })).toString(
    "base64url",
  );
}

function readToken(token: string): Listed {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString()) as Listed;
  } catch {
    throw invalidField("pageToken", token, "Invalid page token.");
  }
}

function isAfter(item: object, last: Listed, orderBy: string | undefined): boolean {
  return comparison(orderBy)(item, last) > 0;
}

function comparison(orderBy: string | undefined): (a: Listed, b: Listed) => number {
  if (orderBy === undefined || orderBy === "name") return byName;
  if (orderBy !== "creationTimestamp desc") throw invalidField("orderBy", orderBy, "Sorting by it is not supported.");
  return (a, b) => timeOf(b) - timeOf(a) || byName(a, b);
}

function timeOf({ creationTimestamp, insertTime = "" }: Listed): number {
  return Date.parse(creationTimestamp ?? insertTime);
}

function byName({ name: a = "" }: Listed, { name: b = "" }: Listed): number {
  return a < b ? -1 : Number(a > b);
}

function readMaxResults(text: string | undefined): number {
  if (text === undefined) return 500;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0 || count > 500) {
    throw invalidField("maxResults", text, "Must be within [0, 500]");
  }
  return count === 0 ? 500 : count;
}
