import { unprocessable } from "./api-error.ts";
import type { OperationAnswer, OperationCall } from "./operation-call.ts";

/** One page of a list: `page` and `per_page` of the query say which. */
export function answerPage(
  { query, pageSize, url, path }: OperationCall,
  field: string,
  objects: readonly object[],
): OperationAnswer {
  const perPage = Math.min(numberOf(query, "per_page", 20), pageSize);
  const page = numberOf(query, "page", 1);
  if (perPage > 200) throw unprocessable("per_page must be at most 200");
  const last = Math.max(1, Math.ceil(objects.length / perPage));
  const link = (to: number): string => `${url}${path}?${new URLSearchParams({ ...query, page: String(to) })}`;
  const pages = {
    ...(page > 1 ? { first: link(1), prev: link(page - 1) } : {}),
    ...(page < last ? { next: link(page + 1), last: link(last) } : {}),
  };
  return {
    status: 200,
    body: {
      [field]: objects.slice((page - 1) * perPage, page * perPage),
      links: Object.keys(pages).length === 0 ? {} : { pages },
      meta: { total: objects.length },
    },
  };
}

function numberOf(query: Readonly<Record<string, string>>, name: string, fallback: number): number {
  const number = Number(query[name] ?? fallback);
  if (!Number.isSafeInteger(number) || number < 1) throw unprocessable(`${name} must be a whole number above zero`);
  return number;
}
