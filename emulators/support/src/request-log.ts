/** What was asked of the server, in order, refusals and faults included. */
export class RequestLog<Request, Match> {
  readonly #matches: (match: Match, request: Request) => boolean;
  #requests: Request[] = [];

  constructor(matches: (match: Match, request: Request) => boolean) {
    this.#matches = matches;
  }

  /** The requests that match; without an argument, all. */
  list(match?: Match): readonly Request[] {
    return this.#requests.filter((request) => match === undefined || this.#matches(match, request));
  }

  /** How many requests match. */
  count(match?: Match): number {
    return this.list(match).length;
  }

  /** Forgets all so far. */
  clear(): void {
    this.#requests = [];
  }

  /** @internal */
  add(request: Request): void {
    this.#requests.push(request);
    if (this.#requests.length > longest) this.#requests = this.#requests.slice(-longest / 2);
  }
}

/** A demo runs for days. */
const longest = 100_000;
