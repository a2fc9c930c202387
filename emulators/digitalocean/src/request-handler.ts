import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { parseBody } from "@k8s-snapshots/emulator-support";
import { accountOperations } from "./account-operations.ts";
import { faultsOfAnswer, faultsOfRequest, findOperation, type Operation } from "./api-description.ts";
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import type { BlockStorage } from "./block-storage.ts";
import type { Faults, ListPage, RequestFault } from "./faults.ts";
import type { OperationAnswer, OperationCall } from "./operation-call.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { RequestLog } from "./request-match.ts";
import { snapshotOperations } from "./snapshot-operations.ts";
import { tagOperations } from "./tag-operations.ts";
import type { TokenScopes } from "./token-scopes.ts";
import { volumeOperations } from "./volume-operations.ts";

/** What a request passes through. */
export interface RequestHandlerParts {
  readonly storage: BlockStorage;
  readonly faults: Faults;
  readonly scopes: TokenScopes;
  readonly rateLimit: RateLimit;
  readonly log: RequestLog;
  readonly pageSize: number;
  /** What was not as described; added to. */
  readonly violations: string[];
}

const operations = { ...volumeOperations, ...snapshotOperations, ...tagOperations, ...accountOperations };

/** Answers every request: token, rate, description, faults, scopes, and then the work. */
export class RequestHandler {
  readonly #parts: RequestHandlerParts;

  constructor(parts: RequestHandlerParts) {
    this.#parts = parts;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("date", this.#parts.storage.now().toUTCString());
    let headers = this.#parts.rateLimit.headersOfNobody();
    let operation: Operation | undefined;
    try {
      const token = this.#parts.scopes.tokenOf(request.headers.authorization);
      headers = this.#parts.rateLimit.count(token);
      const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
      const found = findOperation(request.method ?? "GET", url.pathname);
      if (!found) throw notFound();
      operation = found.operation;
      const query = Object.fromEntries(url.searchParams);
      const body = parseBody(await text(request), () => new ApiError(400, "bad_request", "error parsing request body"));
      const { id, method, path, scopes } = operation;
      const info = { operation: id, route: `${method} ${path}`, scopes, path: url.pathname, query, body };
      this.#parts.log.add(info);
      const fault = this.#parts.faults.take(info);
      if (fault?.kind === "delay") await setTimeout(fault.milliseconds);
      if (fault?.kind === "answer") throw fault.error;
      if (fault?.kind === "answer-text") return writeText(response, fault);
      if (fault?.kind === "hang") return fault.reached();
      if (fault?.kind === "cut") return void response.destroy();
      const parameters = Object.fromEntries(
        Object.entries(found.parameters).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      const answer = this.#carryOut(operation, { path: url.pathname, query, body, parameters, url: url.origin, token });
      this.#send(response, operation, headers, fault, answer);
    } catch (error) {
      // The client has gone away before all of its request was here.
      if (request.errored) return;
      this.#refuse(response, operation, headers, error);
    }
  }

  #carryOut(
    { id, scopes, ...operation }: Operation,
    {
      body,
      token,
      ...request
    }: Pick<OperationCall, "parameters" | "query" | "url" | "path"> & { body: unknown; token: string },
  ): OperationAnswer {
    const problems = faultsOfRequest({ id, scopes, ...operation }, request.query, body);
    this.#parts.violations.push(...problems);
    if (problems.length > 0) throw unprocessable(problems.join("; "));
    this.#parts.scopes.assertHas(token, scopes);
    const carryOut = operations[id] as (call: OperationCall) => OperationAnswer;
    return carryOut({
      ...request,
      storage: this.#parts.storage,
      pageSize: this.#parts.pageSize,
      body: (body ?? {}) as Readonly<Record<string, unknown>>,
      mayRead: (scope) => this.#parts.scopes.has(token, scope),
      assertScope: (scope) => this.#parts.scopes.assertHas(token, [scope]),
    });
  }

  #send(
    response: ServerResponse,
    operation: Operation,
    headers: Readonly<Record<string, string>>,
    fault: RequestFault | undefined,
    { status, body }: OperationAnswer,
  ): void {
    this.#parts.violations.push(...faultsOfAnswer(operation, status, asJson(body)));
    if (fault?.kind === "lose-answer") response.destroy();
    else if (fault?.kind === "garble") writeText(response, fault);
    else if (fault?.kind === "change-page") write(response, status, headers, fault.change(body as ListPage));
    else write(response, status, headers, body);
  }

  #refuse(
    response: ServerResponse,
    operation: Operation | undefined,
    headers: Readonly<Record<string, string>>,
    error: unknown,
  ): void {
    if (!(error instanceof ApiError)) this.#parts.violations.push(`the emulator failed: ${String(error)}`);
    const refusal = error instanceof ApiError ? error : new ApiError(500, "server_error", String(error));
    const body = refusal.toBody();
    if (operation) this.#parts.violations.push(...faultsOfAnswer(operation, refusal.status, body));
    write(response, refusal.status, { ...headers, ...refusal.headers }, body);
  }
}

/** Without what JSON has no word for. */
function asJson(body: object | undefined): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

function writeText(
  response: ServerResponse,
  { status, text }: { readonly status: number; readonly text: string },
): void {
  response.writeHead(status, { "content-type": "text/html" }).end(text);
}

function write(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: object | undefined,
): void {
  if (body === undefined) response.writeHead(status, headers).end();
  else
    response
      .writeHead(status, { ...headers, "content-type": "application/json; charset=utf-8" })
      .end(JSON.stringify(body));
}
