/** What happens to one request, whichever server it is sent to. */
export type CommonFault =
  | { readonly kind: "hang"; readonly reached: () => void }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "cut" }
  | { readonly kind: "lose-answer" };

interface PlannedFault<Match, Fault> {
  readonly match: Match;
  readonly fault: Fault;
  left: number;
}

/**
 * What goes wrong, on request. Each fault hits the next `times` requests that match (default: 1; `Infinity` until it is
 * taken back). Of several that match, the oldest is taken first. What returns a function takes back by it what is left.
 */
export class RequestFaults<Request, Match, OwnFault = never> {
  readonly #matches: (match: Match, request: Request) => boolean;
  #planned: PlannedFault<Match, CommonFault | OwnFault>[] = [];

  constructor(matches: (match: Match, request: Request) => boolean) {
    this.#matches = matches;
  }

  /** Takes the request and never answers; the connection stays open. The promise resolves when it has come. */
  hang(match: Match, times = 1): { readonly reached: Promise<void> } {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.plan(match, { kind: "hang", reached: resolve }, times);
    return { reached: promise };
  }

  /** Waits before it carries out the request. */
  delay(match: Match, milliseconds: number, times = 1): () => void {
    return this.plan(match, { kind: "delay", milliseconds }, times);
  }

  /** Cuts the connection instead of carrying out the request. */
  cut(match: Match, times = 1): () => void {
    return this.plan(match, { kind: "cut" }, times);
  }

  /** Carries out the request, and cuts the connection in place of the answer. */
  loseAnswer(match: Match, times = 1): () => void {
    return this.plan(match, { kind: "lose-answer" }, times);
  }

  /** Takes back all faults. */
  clear(): void {
    this.#planned = [];
  }

  /**
   * What happens to this request.
   *
   * @internal
   */
  take(request: Request): CommonFault | OwnFault | undefined {
    const planned = this.#planned.find(({ match }) => this.#matches(match, request));
    if (planned === undefined) return undefined;
    planned.left -= 1;
    if (planned.left <= 0) this.#remove(planned);
    return planned.fault;
  }

  protected plan(match: Match, fault: CommonFault | OwnFault, times: number): () => void {
    const planned = { match, fault, left: times };
    this.#planned.push(planned);
    return () => this.#remove(planned);
  }

  #remove(planned: PlannedFault<Match, CommonFault | OwnFault>): void {
    this.#planned = this.#planned.filter((other) => other !== planned);
  }
}
