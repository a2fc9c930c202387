import { matchesRequest, type RequestInfo, type RequestMatch } from "./request-match.ts";

/** What was asked of the server, in order, refusals and faults included. */
export class RequestLog {
  #requests: RequestInfo[] = [];

  /** The requests that match; without an argument, all. */
  list(match: RequestMatch = {}): readonly RequestInfo[] {
    return this.#requests.filter((request) => matchesRequest(match, request));
  }

  /** Forgets all so far. */
  clear(): void {
    this.#requests = [];
  }

  /** @internal */
  add(request: RequestInfo): void {
    this.#requests.push(request);
  }
}
