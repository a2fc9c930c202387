import type { RequestInfo } from "./request-info.ts";
import { matchesRequest, type RequestMatch } from "./request-match.ts";

/** What was asked of the server, in order, refusals and faults included. */
export class RequestLog {
  #requests: RequestInfo[] = [];

  /** The requests that match; without an argument, all. */
  list(match: RequestMatch = {}): readonly RequestInfo[] {
    return this.#requests.filter((request) => matchesRequest(match, request));
  }

  /** How many requests match. */
  count(match: RequestMatch = {}): number {
    return this.list(match).length;
  }

  /** Forgets all so far. */
  clear(): void {
    this.#requests = [];
  }

  /** @internal */
  add(request: RequestInfo): void {
    this.#requests.push(request);
    if (this.#requests.length > longest) this.#requests = this.#requests.slice(-longest / 2);
  }
}

/** A demo runs for days. */
const longest = 100_000;
