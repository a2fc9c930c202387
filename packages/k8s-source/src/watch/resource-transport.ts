import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { apiErrorOf, MalformedAnswerError } from "../client/kubernetes-error.ts";

/** Lists and watches one resource: all that a {@link ResourceWatch} needs of the API server. */
export interface ResourceTransport {
  /** One page of the list. Rejects within a time of its own if there is no answer. */
  list(request: ListRequest): Promise<ResourcePage>;

  /**
   * Resolves once the API server has accepted the watch. Iterating ends when it closes the watch, and throws when it
   * ends it with an error, or the connection breaks, or the signal fires.
   */
  watch(request: WatchRequest): Promise<AsyncIterable<WatchEvent>>;

  /**
   * A watch that begins with all that is there, object by object, and says where that ends. Rejects with a
   * `KubernetesApiError` of status 400 or 422 where the API server does not serve it; one that is older than that takes it
   * for another watch, and never says where the list ends. Absent: it is not to be asked for.
   */
  watchList?(request: Omit<WatchRequest, "resourceVersion">): Promise<AsyncIterable<WatchEvent>>;
}

/** See {@link ResourceTransport.list}. */
export interface ListRequest {
  readonly limit: number;
  /** {@link ResourcePage.continueToken} of the page before. */
  readonly continueToken?: string;
  readonly signal: AbortSignal;
}

/** See {@link ResourceTransport.list}. */
export interface ResourcePage {
  /** Of the answer, in bytes; absent if it was not counted. */
  readonly size?: number;
  readonly resourceVersion: string;
  readonly items: readonly unknown[];
  /** There if there are more pages. */
  readonly continueToken?: string;
}

/** See {@link ResourceTransport.watch}. */
export interface WatchRequest {
  /** The state of things that the watch follows on. */
  readonly resourceVersion: string;
  /** After which the API server is to close the watch. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** What has become of an object. A bookmark is of none: it says how far the watch has come. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: unknown;
  readonly resourceVersion: string;
  /** A bookmark after which what comes are changes: all that was there has come. */
  readonly endsList?: true;
}

/** On the bookmark that ends the list with which a watch began. */
const END_OF_LIST = "k8s.io/initial-events-end";

/** Settings of {@link createResourceTransport}. */
export interface ResourceTransportOptions {
  /** Which objects of the resource. Default: all. */
  readonly labelSelector?: string;

  /** Whether to ask for lists as the beginning of a watch. Default: false. */
  readonly asksForStream?: boolean;
}

/**
 * A resource of an API server.
 *
 * @param path - `/api/v1/persistentvolumes`
 */
export function createResourceTransport(
  client: KubernetesClient,
  path: string,
  { labelSelector, asksForStream = false }: ResourceTransportOptions = {},
): ResourceTransport {
  return {
    async list({ limit, continueToken, signal }) {
      let size = 0;
      const onSize = (bytes: number): void => {
        size = bytes;
      };
      const answer = await client.request({
        path,
        query: { labelSelector, limit, continue: continueToken },
        signal,
        onSize,
      });
      return { ...readPage(answer, path), size };
    },
    async watch({ resourceVersion, timeoutSeconds, signal }) {
      const query = { labelSelector, watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
      return readEvents(await client.stream({ path, query, signal }), path);
    },
    ...(asksForStream && { watchList: (request) => watchList(client, path, labelSelector, request) }),
  };
}

async function watchList(
  client: KubernetesClient,
  path: string,
  labelSelector: string | undefined,
  { timeoutSeconds, signal }: Omit<WatchRequest, "resourceVersion">,
): Promise<AsyncIterable<WatchEvent>> {
  const list = { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" };
  const query = { labelSelector, watch: true, allowWatchBookmarks: true, ...list, timeoutSeconds };
  return readEvents(await client.stream({ path, query, signal }), path);
}

function readPage(answer: unknown, path: string): ResourcePage {
  const { metadata, items } = fields(answer);
  const { resourceVersion, continue: continueToken, remainingItemCount } = fields(metadata);
  if (typeof resourceVersion !== "string" || resourceVersion === "") {
    throw new MalformedAnswerError(`GET ${path}: the answer is no list`);
  }
  const hasMore = typeof continueToken === "string" && continueToken !== "";
  // Go writes an empty list as null here and there; one that says that there is more is not empty.
  const isEmpty = (items === null || items === undefined) && !hasMore && !remainingItemCount;
  if (!Array.isArray(items) && !isEmpty) throw new MalformedAnswerError(`GET ${path}: the answer has no items`);
  return { resourceVersion, items: Array.isArray(items) ? items : [], ...(hasMore && { continueToken }) };
}

async function* readEvents(lines: AsyncIterable<string>, path: string): AsyncGenerator<WatchEvent> {
  for await (const line of lines) {
    const { type, object } = parseEvent(line, path);
    if (type === "ERROR") throw apiErrorOf(object, 500);
    const { resourceVersion, annotations } = fields(fields(object)["metadata"]);
    if (!isEventType(type) || typeof resourceVersion !== "string" || resourceVersion === "") {
      throw new MalformedAnswerError(`watch of ${path}: not an event`);
    }
    const endsList = type === "BOOKMARK" && fields(annotations)[END_OF_LIST] === "true";
    yield { type, object, resourceVersion, ...(endsList && { endsList }) };
  }
}

function parseEvent(line: string, path: string): Readonly<Record<string, unknown>> {
  try {
    return fields(JSON.parse(line));
  } catch (error) {
    throw new MalformedAnswerError(`watch of ${path}: not an event`, { cause: error });
  }
}

function isEventType(type: unknown): type is WatchEvent["type"] {
  return type === "ADDED" || type === "MODIFIED" || type === "DELETED" || type === "BOOKMARK";
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
