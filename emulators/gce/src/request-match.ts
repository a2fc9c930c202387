import type { RequestLog as Log } from "@k8s-snapshots/emulator-support";

/** A request, as far as faults and the log tell it from others. */
export interface RequestInfo {
  /** As the description calls it: `snapshots.insert`. */
  readonly method: string;
  readonly project: string | undefined;
  /** The resource that is named in the path or, for a new one, in the body. */
  readonly name: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Which requests are meant; what is left out matches all. */
export interface RequestMatch {
  readonly method?: string;
  readonly project?: string;
  readonly name?: string;
}

/** What was asked. */
export type RequestLog = Log<RequestInfo, RequestMatch>;

/** Whether a request is one of those meant. */
export function matchesRequest(match: RequestMatch, request: RequestInfo): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    (match.project === undefined || match.project === request.project) &&
    (match.name === undefined || match.name === request.name)
  );
}
