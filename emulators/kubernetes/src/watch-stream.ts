import type { ServerResponse } from "node:http";
import { type ApiError, tooOldToWatch } from "./api-error.ts";
import type { ChangeEvent } from "./collection.ts";
import type { JsonObject, KubernetesObject } from "./kubernetes-object.ts";
import { type ObjectFilter, parseFilter, parseResourceVersion } from "./listing.ts";
import type { ObjectStore } from "./object-store.ts";
import { isTrue, type RequestInfo } from "./request-info.ts";
import { groupVersion, type ResourceDefinition } from "./resource-definition.ts";

/** What a watch needs to know. */
export interface WatchOptions {
  readonly store: ObjectStore;
  readonly resource: ResourceDefinition;
  readonly namespace: string | undefined;
  readonly request: RequestInfo;
  /** Milliseconds between bookmarks, for those who ask for them. */
  readonly bookmarkIntervalMs: number;
  /** How an object of the stored form is shown: as it is, or as a table. */
  readonly present: (stored: KubernetesObject) => JsonObject;
}

/** The real server ends a watch that names no time of its own after 30 to 60 minutes. */
const defaultTimeoutSeconds = 30 * 60;
/** Before the end of a watch comes a last bookmark, so that the next watch begins where this one ended. */
const lastBookmarkMs = 2000;

/**
 * One open watch: what is there, where the client asked for that, and then each change, a JSON document a line.
 *
 * @see {@link https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes}
 */
export class WatchStream {
  readonly request: RequestInfo;
  readonly #options: WatchOptions;
  readonly #response: ServerResponse;
  readonly #filter: ObjectFilter;
  /** The resourceVersion after which it begins; 0 begins with what is there. */
  readonly #from: number;
  readonly #timers: NodeJS.Timeout[] = [];
  #unsubscribe: () => void = () => {};
  #silent = false;

  /** @throws {ApiError} 400 if a parameter of the query cannot be read */
  constructor(options: WatchOptions, response: ServerResponse) {
    this.request = options.request;
    this.#options = options;
    this.#response = response;
    this.#filter = parseFilter(options.resource, options.request.query);
    this.#from = parseResourceVersion(options.request.query.get("resourceVersion")) ?? 0;
  }

  /** Begins the response. */
  start(): void {
    const { store, resource, request } = this.#options;
    const collection = store.collection(resource.collection);
    const from = this.#from;
    this.#response.on("close", () => this.#stop());
    this.#response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
    this.#response.flushHeaders();
    if (this.#silent) return;
    if (from !== 0 && from < collection.oldestRevision) {
      this.fail(tooOldToWatch(from, collection.oldestRevision));
      return;
    }
    if (from === 0 || isTrue(request.query.get("sendInitialEvents"))) this.#sendInitialEvents();
    else for (const event of collection.eventsAfter(from)) this.#sendChange(event);
    this.#unsubscribe = collection.subscribe((event) => this.#sendChange(event));
    this.#startTimers();
  }

  /** Ends the response, as a server does when the watch's time is up. */
  close(): void {
    this.#stop();
    this.#response.end();
  }

  /** Cuts the connection. */
  break(): void {
    this.#stop();
    this.#response.destroy();
  }

  /** Leaves the connection open and says nothing more, ever: what a lost network looks like to a client. */
  silence(): void {
    this.#silent = true;
    this.#stop();
  }

  /** Sends an ERROR event and ends. */
  fail(error: ApiError): void {
    this.#send("ERROR", error.status as unknown as JsonObject);
    this.close();
  }

  #sendInitialEvents(): void {
    const { store, resource, namespace, request } = this.#options;
    for (const [, object] of store.collection(resource.collection).entries()) {
      if (isIn(namespace, object) && this.#filter(object)) this.#send("ADDED", this.#options.present(object));
    }
    if (isTrue(request.query.get("sendInitialEvents"))) this.#sendBookmark({ "k8s.io/initial-events-end": "true" });
  }

  #startTimers(): void {
    const { query } = this.request;
    const timeoutMs = Number(query.get("timeoutSeconds") || defaultTimeoutSeconds) * 1000;
    this.#timers.push(setTimeout(() => this.close(), timeoutMs));
    if (!isTrue(query.get("allowWatchBookmarks"))) return;
    this.#timers.push(setInterval(() => this.#sendBookmark(), this.#options.bookmarkIntervalMs));
    const untilLast = Math.max(0, timeoutMs - lastBookmarkMs);
    this.#timers.push(setTimeout(() => this.#sendBookmark(), untilLast));
  }

  /** An object that a change brings into the selection is ADDED to the client, one that leaves it is DELETED. */
  #sendChange(event: ChangeEvent): void {
    if (!isIn(this.#options.namespace, event.object)) return;
    const was = event.previous !== undefined && this.#filter(event.previous);
    const is = event.type !== "DELETED" && this.#filter(event.object);
    if (!was && !is) return;
    const type = !was ? "ADDED" : is ? "MODIFIED" : "DELETED";
    const { resourceVersion = "" } = event.object.metadata;
    const shown = is || event.previous === undefined ? event.object : withVersion(event.previous, resourceVersion);
    this.#send(type, this.#options.present(shown));
  }

  #sendBookmark(annotations?: Record<string, string>): void {
    const { resource, store } = this.#options;
    const metadata = { resourceVersion: String(store.revision), ...(annotations === undefined ? {} : { annotations }) };
    this.#send("BOOKMARK", { kind: resource.kind, apiVersion: groupVersion(resource), metadata });
  }

  #send(type: string, object: JsonObject): void {
    if (!this.#silent && !this.#response.writableEnded) this.#response.write(`${JSON.stringify({ type, object })}\n`);
  }

  #stop(): void {
    this.#unsubscribe();
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }
}

function isIn(namespace: string | undefined, object: KubernetesObject): boolean {
  return namespace === undefined || object.metadata.namespace === namespace;
}

function withVersion(object: KubernetesObject, resourceVersion: string): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}
