import type { RequestLog as Log } from "@k8s-snapshots/emulator-support";
import type { RequestInfo } from "./request-info.ts";

/** Which requests are meant; what is left out matches all. */
export interface RequestMatch {
  /** `GET`, `POST`, … */
  readonly method?: string;
  /** As RBAC has it: `list`, `watch`, `create`, … */
  readonly verb?: string;
  /** As RBAC has it: `persistentvolumes`, `persistentvolumes/status`, `leases` or `leases.coordination.k8s.io`. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** What was asked. */
export type RequestLog = Log<RequestInfo, RequestMatch>;

/** Whether a request is one of those meant. */
export function matchesRequest(match: RequestMatch, request: RequestInfo): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    (match.verb === undefined || match.verb === "*" || match.verb === request.verb) &&
    (match.resource === undefined || match.resource === "*" || isResource(match.resource, request)) &&
    (match.namespace === undefined || match.namespace === request.namespace) &&
    (match.name === undefined || match.name === request.name)
  );
}

function isResource(wanted: string, { resource, group, subresource }: RequestInfo): boolean {
  if (resource === undefined) return false;
  const suffix = subresource === undefined ? "" : `/${subresource}`;
  return wanted === `${resource}${suffix}` || wanted === `${resource}.${group}${suffix}`;
}
