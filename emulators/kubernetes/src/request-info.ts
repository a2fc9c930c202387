/** What a request asks for, in the API's own terms. */
export interface RequestInfo {
  /** `GET`, `POST`, … */
  readonly method: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; else the method, lower case. */
  readonly verb: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** `""` is the core group; `undefined` where the path names no resource. */
  readonly group: string | undefined;
  readonly version: string | undefined;
  /** Plural: `persistentvolumes`. */
  readonly resource: string | undefined;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const verbs: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

/**
 * Takes a request's method and address apart.
 *
 * @see {@link https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb}
 */
export function parseRequest(method: string, url: URL): RequestInfo {
  const path = url.pathname;
  const segments = path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decodeURIComponent);
  const { group, version, rest } = splitGroup(segments);
  const [resource, name, subresource, namespace] = splitResource(rest);
  const verb = resource === undefined ? method.toLowerCase() : resourceVerb(method, name, url.searchParams);
  return { method, verb, path, query: url.searchParams, group, version, resource, subresource, namespace, name };
}

interface GroupSplit {
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly rest: readonly string[];
}

function splitGroup([root, ...segments]: readonly string[]): GroupSplit {
  if (root === "api") return { group: "", version: segments[0], rest: segments.slice(1) };
  if (root === "apis") return { group: segments[0], version: segments[1], rest: segments.slice(2) };
  return { group: undefined, version: undefined, rest: [] };
}

type Part = string | undefined;
type ResourceSplit = readonly [resource: Part, name: Part, subresource: Part, namespace: Part];

const namespaceSubresources: ReadonlySet<string> = new Set(["status", "finalize"]);

/** A namespace is an object by itself, and the beginning of the path of what lies in it. */
function splitResource(segments: readonly string[]): ResourceSplit {
  const [first, namespace, resource, name, subresource] = segments;
  if (first !== "namespaces" || namespace === undefined) return [first, namespace, resource, undefined];
  if (resource === undefined || namespaceSubresources.has(resource)) return [first, namespace, resource, namespace];
  return [resource, name, subresource, namespace];
}

function resourceVerb(method: string, name: string | undefined, query: URLSearchParams): string {
  if (method === "GET" && name === undefined) return isTrue(query.get("watch")) ? "watch" : "list";
  if (method === "GET") return "get";
  if (method === "DELETE" && name === undefined) return "deletecollection";
  return verbs[method] ?? method.toLowerCase();
}

/** As the server reads a boolean of a query. */
export function isTrue(text: string | null): boolean {
  return text !== null && text !== "0" && text.toLowerCase() !== "false";
}
