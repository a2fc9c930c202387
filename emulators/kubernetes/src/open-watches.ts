import type { ApiError } from "./api-error.ts";
import { matchesRequest, type RequestMatch } from "./request-match.ts";
import type { WatchStream } from "./watch-stream.ts";

/** The watches that are open now. */
export class OpenWatches {
  readonly #streams = new Set<WatchStream>();
  readonly #silenced = new Set<RequestMatch>();

  add(stream: WatchStream): void {
    this.#streams.add(stream);
    if ([...this.#silenced].some((match) => matchesRequest(match, stream.request))) stream.silence();
  }

  remove(stream: WatchStream): void {
    this.#streams.delete(stream);
  }

  list(match: RequestMatch = {}): WatchStream[] {
    return [...this.#streams].filter((stream) => matchesRequest(match, stream.request));
  }

  fail(match: RequestMatch, error: ApiError): number {
    return this.#each(match, (stream) => stream.fail(error));
  }

  close(match: RequestMatch): number {
    return this.#each(match, (stream) => stream.close());
  }

  break(match: RequestMatch): number {
    return this.#each(match, (stream) => stream.break());
  }

  silence(match: RequestMatch): () => void {
    this.#silenced.add(match);
    this.#each(match, (stream) => stream.silence());
    return () => this.#silenced.delete(match);
  }

  stopSilencing(): void {
    this.#silenced.clear();
  }

  #each(match: RequestMatch, act: (stream: WatchStream) => void): number {
    const streams = this.list(match);
    for (const stream of streams) act(stream);
    return streams.length;
  }
}
