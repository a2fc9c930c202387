import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { parseBody } from "@k8s-snapshots/emulator-support";
import type { AccessRules } from "./access-rules.ts";
import { commonParameters, findMethod, type MethodDescription } from "./api-description.ts";
import { ApiError, invalid, notFound } from "./api-error.ts";
import type { ComputeStore } from "./compute-store.ts";
import type { Faults, RequestFault } from "./faults.ts";
import { tokenOfStart } from "./list-page.ts";
import { carryOut, type MethodCall } from "./method-calls.ts";
import type { RequestInfo, RequestLog } from "./request-match.ts";
import { checkAgainstSchema } from "./schema-check.ts";

/** What a request passes through. */
export interface RequestHandlerParts {
  readonly store: ComputeStore;
  readonly faults: Faults;
  readonly rules: AccessRules;
  readonly log: RequestLog;
  readonly pageSize: number;
  /** What was not as described; added to. */
  readonly violations: string[];
}

const base = "/compute/v1/";

/** Sent by gcloud, and too new for the description. */
const undescribedParameters: ReadonlySet<string> = new Set(["returnPartialSuccess"]);

/** Answers every request: description, faults, permissions, and then the work. */
export class RequestHandler {
  readonly #parts: RequestHandlerParts;

  constructor(parts: RequestHandlerParts) {
    this.#parts = parts;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("date", new Date(this.#parts.store.now()).toUTCString());
    try {
      const url = new URL(request.url ?? "/", "http://localhost");
      const path = decodeURIComponent(url.pathname).slice(base.length);
      const found = url.pathname.startsWith(base) ? findMethod(request.method ?? "GET", path) : undefined;
      if (!found) throw notFound(`${request.method} ${url.pathname}`);
      const { method, pathParameters } = found;
      const query = Object.fromEntries(url.searchParams);
      const body = readBody(method, await text(request));
      const { snapshot, disk, resource, operation, project } = pathParameters;
      const { name = snapshot ?? disk ?? resource ?? operation } = body as { name?: string };
      const info: RequestInfo = { method: method.id, project, name, query, body };
      this.#parts.log.add(info);
      this.#assertDescribed(method, info, pathParameters);
      const fault = this.#parts.faults.take(info);
      if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
      const call = { method: method.id, path: pathParameters, query, body, failure: undefined };
      this.#answer(method, call, path, fault, response);
    } catch (error) {
      sendError(error, response);
    }
  }

  #answer(
    method: MethodDescription,
    call: MethodCall,
    path: string,
    fault: RequestFault | undefined,
    response: ServerResponse,
  ): void {
    const { rules } = this.#parts;
    switch (fault?.kind) {
      case "answer":
        throw fault.error;
      case "hang":
        fault.reached();
        return;
      case "cut":
        response.destroy();
        return;
      case "empty-page": {
        rules.assertAllowed(method.id, path, call.body);
        const { items, ...page } = carryOut(this.#parts.store, this.#parts.pageSize, call) as { items?: unknown };
        const nextPageToken = call.query.pageToken ?? tokenOfStart;
        send(response, 200, this.#checked(method, { ...page, nextPageToken }));
        return;
      }
    }
    rules.assertAllowed(method.id, path, call.body);
    const failure = fault?.kind === "fail-operation" ? fault.error : undefined;
    const answer = this.#checked(method, carryOut(this.#parts.store, this.#parts.pageSize, { ...call, failure }));
    if (fault?.kind === "lose-answer") response.destroy();
    else if (fault?.kind === "garble") response.writeHead(200, { "content-type": "text/html" }).end(fault.text);
    else send(response, 200, answer);
  }

  #assertDescribed(
    method: MethodDescription,
    { query, body }: RequestInfo,
    path: Readonly<Record<string, string>>,
  ): void {
    const unknown = Object.keys(query)
      .filter((key) => !(key in method.parameters || key in commonParameters || undescribedParameters.has(key)))
      .map((key) => `${method.id}: query parameter ${key} is not described`);
    const problems = [
      ...unknown,
      ...(method.request === undefined
        ? []
        : checkAgainstSchema(body, { $ref: method.request }, `${method.id} request`)),
    ];
    this.#parts.violations.push(...problems);
    if (problems.length > 0) throw invalid(`Invalid JSON payload received. ${problems.join("; ")}`);
    for (const [key, value] of Object.entries(path)) {
      const { pattern } = method.parameters[key] ?? {};
      if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
        throw invalid(`Invalid value for field '${key}': '${value}'. Must be a match of regex '${pattern}'`);
      }
    }
  }

  #checked(method: MethodDescription, answer: object): object {
    this.#parts.violations.push(...checkAgainstSchema(answer, { $ref: method.response }, `${method.id} answer`));
    return answer;
  }
}

/** The SDK sends the JSON text `""` where there is no body. */
function readBody({ request }: MethodDescription, body: string): object {
  const refusal = (): ApiError => new ApiError(400, "parseError", "Invalid JSON payload received.");
  return request === undefined ? {} : ((parseBody(body, refusal) ?? {}) as object);
}

function sendError(error: unknown, response: ServerResponse): void {
  if (response.headersSent) return;
  const refusal = error instanceof ApiError ? error : new ApiError(500, "backendError", String(error));
  send(response, refusal.status, refusal.toBody());
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(`${JSON.stringify(body)}\n`);
}
