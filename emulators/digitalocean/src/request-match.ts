import type { RequestLog as Log } from "@k8s-snapshots/emulator-support";

/** A request, as far as faults and the log tell it from others. */
export interface RequestInfo {
  /** As the description calls it: `volumeSnapshots_create`. */
  readonly operation: string;
  /** As the description writes it: `GET /v2/volumes/{volume_id}/snapshots`. */
  readonly route: string;
  /** Those of the token that the description says it needs. */
  readonly scopes: readonly string[];
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Which requests are meant; what is left out matches all. */
export interface RequestMatch {
  readonly operation?: string;
  /** Parameters and their values: `{ page: "2" }`. */
  readonly query?: Readonly<Record<string, string>>;
}

/** What was asked. */
export type RequestLog = Log<RequestInfo, RequestMatch>;

/** Whether a request is one of those meant. */
export function matchesRequest(match: RequestMatch, request: RequestInfo): boolean {
  const { operation = request.operation, query = {} } = match;
  return (
    operation === request.operation && Object.entries(query).every(([name, value]) => request.query[name] === value)
  );
}
