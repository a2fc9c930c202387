import { parseBody as parse } from "@k8s-snapshots/emulator-support";
import { ApiError, badRequest } from "./api-error.ts";
import type { RequestInfo } from "./request-info.ts";

/**
 * The body of a request, parsed; `undefined` if there is none.
 *
 * @throws {ApiError} 400 if it is no JSON, 415 if it does not claim to be; what patches claim is checked with them
 */
export function parseBody({ verb }: RequestInfo, contentType: string, text: string): unknown {
  if (["create", "update"].includes(verb) && contentType !== "application/json") {
    const message = "the body of the request was in an unknown format - accepted media types include: application/json";
    throw new ApiError(415, "UnsupportedMediaType", message);
  }
  return parse(text, (reason) => badRequest(`couldn't get version/kind; json parse error: ${reason}`));
}
