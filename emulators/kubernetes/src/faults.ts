import { type CommonFault, RequestFaults } from "@k8s-snapshots/emulator-support";
import { ApiError } from "./api-error.ts";
import type { ObjectStore } from "./object-store.ts";
import type { OpenWatches } from "./open-watches.ts";
import type { RequestInfo } from "./request-info.ts";
import { matchesRequest, type RequestMatch } from "./request-match.ts";

/** An answer given in place of the real one. */
export interface FaultAnswer {
  /** HTTP status. */
  readonly code: number;
  /** Default: the usual one for the code. */
  readonly reason?: string;
  readonly message?: string;
  /** Sent as the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** What happens to one request. */
export type RequestFault = CommonFault | OwnFault;

type OwnFault = { readonly kind: "answer"; readonly error: ApiError };

/** The server's listening socket. */
export interface Listener {
  /** Cuts all connections and refuses new ones. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  restart(): Promise<void>;
}

/** What goes wrong, on request. See {@link RequestFaults} for how often. */
export class Faults extends RequestFaults<RequestInfo, RequestMatch, OwnFault> {
  readonly #store: ObjectStore;
  readonly #watches: OpenWatches;
  readonly #listener: Listener;

  constructor(store: ObjectStore, watches: OpenWatches, listener: Listener) {
    super(matchesRequest);
    this.#store = store;
    this.#watches = watches;
    this.#listener = listener;
  }

  /** Answers with an error instead of carrying out the request. */
  answer(match: RequestMatch, answer: FaultAnswer, times = 1): () => void {
    return this.plan(match, { kind: "answer", error: toError(answer) }, times);
  }

  /** Ends open watches as if their time were up, and returns how many. */
  closeWatches(match: RequestMatch = {}): number {
    return this.#watches.close(match);
  }

  /** Cuts the connections of open watches, and returns how many. */
  breakWatches(match: RequestMatch = {}): number {
    return this.#watches.break(match);
  }

  /** Sends an ERROR event to open watches and ends them, and returns how many. `{code: 410}` is "too old". */
  failWatches(match: RequestMatch, answer: FaultAnswer): number {
    return this.#watches.fail(match, toError(answer));
  }

  /**
   * Silences open and new watches: their connections stay, no event and no bookmark comes any more. Those that were
   * silenced stay so; the function returned lets new ones speak again.
   */
  silenceWatches(match: RequestMatch = {}): () => void {
    return this.#watches.silence(match);
  }

  /** Forgets the past: older resourceVersions and continue tokens get 410. */
  compact(): void {
    this.#store.compact();
  }

  /** The API server is away: all connections are cut, new ones refused. Its objects stay. */
  async stop(): Promise<void> {
    await this.#listener.stop();
  }

  /** The API server is back, on the same port, with the objects it had. */
  async restart(): Promise<void> {
    await this.#listener.restart();
  }

  /** Takes back all faults of requests, and the silence of new watches. */
  override clear(): void {
    super.clear();
    this.#watches.stopSilencing();
  }
}

const usualReasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

function toError({ code, reason = usualReasons[code], message, retryAfterSeconds }: FaultAnswer): ApiError {
  const text = message ?? `the emulator was told to answer ${code}`;
  return new ApiError(code, reason, text, retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } });
}
