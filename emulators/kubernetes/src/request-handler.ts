import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { AccessRules } from "./access-rules.ts";
import { sendDocument } from "./api-documents.ts";
import { ApiError, methodNotAllowed, noSuchResource } from "./api-error.ts";
import type { Faults, RequestFault } from "./faults.ts";
import { sendError, sendJson, sendText } from "./http-answer.ts";
import { isJsonObject } from "./kubernetes-object.ts";
import { parseBody } from "./request-body.ts";
import { parseRequest, type RequestInfo } from "./request-info.ts";
import type { RequestLog } from "./request-match.ts";
import type { ResourceHandler } from "./resource-handler.ts";
import type { ResourceRegistry } from "./resource-registry.ts";

/** What a request passes through, in this order. */
export interface RequestHandlerParts {
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly rules: AccessRules;
  readonly registry: ResourceRegistry;
  readonly resources: ResourceHandler;
}

/** Answers every request: log, faults, rules, and then the resource or the document that is asked for. */
export class RequestHandler {
  readonly #parts: RequestHandlerParts;

  constructor(parts: RequestHandlerParts) {
    this.#parts = parts;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const info = parseRequest(request.method ?? "GET", new URL(request.url ?? "/", "http://localhost"));
      this.#parts.log.add(info);
      const body = await text(request);
      const fault = this.#parts.faults.take(info);
      if (fault === undefined) this.#answer(info, request, body, response);
      else await this.#answerFaultily(fault, info, request, body, response);
    } catch (error) {
      if (!response.headersSent) sendError(response, asApiError(error));
    }
  }

  async #answerFaultily(
    fault: RequestFault,
    info: RequestInfo,
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): Promise<void> {
    switch (fault.kind) {
      case "answer":
        throw fault.error;
      case "hang":
        fault.reached();
        return;
      case "cut":
        response.destroy();
        return;
      case "delay":
        await pause(fault.milliseconds, response);
        if (!response.destroyed) this.#answer(info, request, body, response);
        return;
      case "lose-answer":
        response.end = () => response.destroy();
        this.#answer(info, request, body, response);
    }
  }

  #answer(info: RequestInfo, request: IncomingMessage, bodyText: string, response: ServerResponse): void {
    const { rules, registry, resources } = this.#parts;
    const { accept } = request.headers;
    const { group, version, resource: plural } = info;
    if (group === undefined || version === undefined || plural === undefined) {
      sendDocument(info, registry.all(), accept, response);
      return;
    }
    const isAccessReview = group === "authorization.k8s.io" && plural === "selfsubjectaccessreviews";
    if (!isAccessReview) rules.assertAllowed(info);
    const contentType = (request.headers["content-type"] ?? "application/json").split(";")[0] ?? "";
    const body = parseBody(info, contentType, bodyText);
    if (isAccessReview) {
      if (info.method !== "POST" || !isJsonObject(body)) throw methodNotAllowed();
      sendJson(response, 201, rules.review(body));
      return;
    }
    const resource = registry.find(group, version, plural);
    if (resource !== undefined) {
      resources.handle({ info, resource, response, accept, contentType, body });
    } else if (registry.all().some((other) => other.group === group && other.version === version)) {
      throw noSuchResource();
    } else {
      sendText(response, 404, "404 page not found\n");
    }
  }
}

/** Waits, but not for a client that has gone. */
function pause(milliseconds: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    response.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(500, "InternalError", `Internal error occurred: ${String(error)}`);
}
