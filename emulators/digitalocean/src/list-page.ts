import type { OperationAnswer, OperationCall } from "./operation-call.ts";

/** One page of a list: `page` and `per_page` of the query, which are as described, say which. */
export function answerPage(
  { query, pageSize, url, path }: OperationCall,
  field: string,
  objects: readonly object[],
): OperationAnswer {
  const perPage = Math.min(Number(query["per_page"] ?? 20), pageSize);
  const page = Number(query["page"] ?? 1);
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
