import type { ServerResponse } from "node:http";
import type { ApiError } from "./api-error.ts";

/** Sends a JSON document. */
export function sendJson(
  response: ServerResponse,
  code: number,
  body: unknown,
  contentType = "application/json",
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(code, { "content-type": contentType, "cache-control": "no-cache, private", ...headers });
  response.end(text);
}

/** Sends text, as health checks and addresses outside of the API answer. */
export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { "content-type": "text/plain; charset=utf-8" });
  response.end(text);
}

/** Sends a refusal. */
export function sendError(response: ServerResponse, error: ApiError): void {
  const { code, status, retryAfterSeconds } = error;
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  sendJson(response, code, status, "application/json", headers);
}
