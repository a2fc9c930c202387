import type { ServerResponse } from "node:http";
import { type AnswerFormat, negotiateFormat } from "./answer-format.ts";
import { badRequest, methodNotAllowed, noSuchResource } from "./api-error.ts";
import { sendJson } from "./http-answer.ts";
import { type JsonObject, type KubernetesObject, textAt } from "./kubernetes-object.ts";
import { listPage } from "./listing.ts";
import type { ObjectOperations, WriteOptions } from "./object-operations.ts";
import type { ObjectReference, Preconditions } from "./object-reference.ts";
import type { ObjectStore } from "./object-store.ts";
import type { OpenWatches } from "./open-watches.ts";
import type { RequestInfo } from "./request-info.ts";
import { groupVersion, type ResourceDefinition } from "./resource-definition.ts";
import { type IncludeObject, toTable } from "./table.ts";
import { WatchStream } from "./watch-stream.ts";

/** A request for a resource, ready to be answered. */
export interface ResourceRequest {
  readonly info: RequestInfo;
  readonly resource: ResourceDefinition;
  readonly response: ServerResponse;
  readonly accept: string | undefined;
  readonly contentType: string;
  /** The parsed body; `undefined` if there is none. */
  readonly body: unknown;
}

/** Answers requests for resources: the verbs of the API over HTTP. */
export class ResourceHandler {
  readonly #store: ObjectStore;
  readonly #operations: ObjectOperations;
  readonly #watches: OpenWatches;
  readonly #bookmarkIntervalMs: number;

  constructor(store: ObjectStore, operations: ObjectOperations, watches: OpenWatches, bookmarkIntervalMs: number) {
    this.#store = store;
    this.#operations = operations;
    this.#watches = watches;
    this.#bookmarkIntervalMs = bookmarkIntervalMs;
  }

  /** @throws {ApiError} with the answer, if it is a refusal */
  handle(request: ResourceRequest): void {
    const { info, resource, response, body } = request;
    assertServed(info, resource);
    const namespace = resource.namespaced ? info.namespace : undefined;
    const reference: ObjectReference = { namespace, name: info.name ?? "" };
    const options: WriteOptions = {
      subresource: info.subresource === "status" ? "status" : undefined,
      dryRun: info.query.get("dryRun") === "All",
    };
    const respond = (code: number, object: JsonObject): void => sendJson(response, code, object);
    if (info.verb === "list") this.#list(request, namespace);
    else if (info.verb === "watch") this.#watch(request, namespace);
    else if (info.verb === "get") respond(200, this.#presentOne(request, this.#operations.get(resource, reference)));
    else if (info.verb === "create") respond(201, this.#operations.create(resource, namespace, body, options));
    else if (info.verb === "update") this.#update(request, reference, options);
    else if (info.verb === "patch") {
      respond(200, this.#operations.patch(resource, reference, request.contentType, body, options));
    } else if (info.verb === "delete") this.#delete(request, reference, options);
    else if (info.verb === "deletecollection") this.#deleteCollection(request, namespace, options);
    else throw methodNotAllowed();
  }

  #list({ info, resource, response, accept }: ResourceRequest, namespace: string | undefined): void {
    const format = negotiateFormat(accept);
    const { items, metadata } = listPage(this.#store, resource, namespace, info.query);
    if (format === "table") sendJson(response, 200, toTable(resource, items, metadata, included(info), Date.now()));
    else sendJson(response, 200, toList(resource, items, metadata));
  }

  #watch({ info, resource, response, accept }: ResourceRequest, namespace: string | undefined): void {
    const format = negotiateFormat(accept);
    const watch = new WatchStream(
      {
        store: this.#store,
        resource,
        namespace,
        request: info,
        bookmarkIntervalMs: this.#bookmarkIntervalMs,
        present: (stored) => presentStored(format, info, resource, stored),
      },
      response,
    );
    this.#watches.add(watch);
    response.on("close", () => this.#watches.remove(watch));
    watch.start();
  }

  #presentOne({ info, resource, accept }: ResourceRequest, object: KubernetesObject): JsonObject {
    return presentStored(negotiateFormat(accept), info, resource, resource.toStored(object));
  }

  #update({ resource, response, body }: ResourceRequest, reference: ObjectReference, options: WriteOptions): void {
    const existed = this.#operations.has(resource, reference);
    const object = this.#operations.update(resource, reference, body, options);
    sendJson(response, existed ? 200 : 201, object);
  }

  #delete({ resource, response, body }: ResourceRequest, reference: ObjectReference, options: WriteOptions): void {
    const { object, gone } = this.#operations.delete(resource, reference, readPreconditions(body), options);
    const answersObject = !gone || resource.deleteAnswers === "object";
    sendJson(response, 200, answersObject ? object : deletionStatus(resource, object));
  }

  #deleteCollection(
    { info, resource, response }: ResourceRequest,
    namespace: string | undefined,
    options: WriteOptions,
  ): void {
    const { items, metadata } = listPage(this.#store, resource, namespace, info.query);
    for (const item of items) this.#operations.delete(resource, item.metadata, {}, options);
    sendJson(response, 200, toList(resource, items, metadata));
  }
}

/** Objects of a namespaced resource are listed and watched across namespaces, and written in one only. */
function assertServed({ namespace, name, verb, subresource }: RequestInfo, resource: ResourceDefinition): void {
  if (subresource !== undefined) {
    const isStatus = subresource === "status" && resource.statusSubresource;
    if (!isStatus || !["get", "update", "patch"].includes(verb)) throw noSuchResource();
  }
  const isNamespace = resource.plural === "namespaces" && resource.group === "";
  if (!resource.namespaced && namespace !== undefined && !isNamespace) throw noSuchResource();
  if (resource.namespaced && namespace === undefined && !["list", "watch"].includes(verb)) throw methodNotAllowed();
  if (verb === "create" && name !== undefined) throw methodNotAllowed();
  if (["update", "patch"].includes(verb) && name === undefined) throw methodNotAllowed();
  if (verb === "deletecollection" && isNamespace) throw methodNotAllowed();
}

function toList(resource: ResourceDefinition, stored: readonly KubernetesObject[], metadata: JsonObject): JsonObject {
  const items = stored.map((object) => {
    const shown = resource.fromStored(object);
    return resource.typedListItems ? shown : { ...shown, apiVersion: undefined, kind: undefined };
  });
  return { kind: resource.listKind, apiVersion: groupVersion(resource), metadata, items };
}

function presentStored(
  format: AnswerFormat,
  info: RequestInfo,
  resource: ResourceDefinition,
  stored: KubernetesObject,
): JsonObject {
  if (format === "object") return resource.fromStored(stored);
  const { resourceVersion } = stored.metadata;
  return toTable(resource, [stored], { resourceVersion }, included(info), Date.now());
}

function included({ query }: RequestInfo): IncludeObject {
  const asked = query.get("includeObject");
  return asked === "None" || asked === "Object" ? asked : "Metadata";
}

function readPreconditions(body: unknown): Preconditions {
  const text = (field: string): string | undefined => textAt(body, `preconditions.${field}`) || undefined;
  if (body !== undefined && (typeof body !== "object" || body === null)) throw badRequest("DeleteOptions is no object");
  return { uid: text("uid"), resourceVersion: text("resourceVersion") };
}

function deletionStatus(resource: ResourceDefinition, { metadata }: KubernetesObject): JsonObject {
  const { group, plural } = resource;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name: metadata.name, ...(group === "" ? {} : { group }), kind: plural, uid: metadata.uid },
  };
}
