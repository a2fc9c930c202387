import { coveragePieces } from "../coverage/coverage-report.ts";
import type { CoverageBoard } from "./coverage-board.ts";
import { streamOf } from "./json-stream.ts";

/** What {@link PageApi} answers from. */
export interface PageApiOptions {
  readonly board: CoverageBoard;

  /** What tells this cluster's snapshots from those of others. */
  readonly cluster: string;
}

/** The answers of `api/v1/`, apart from HTTP. Each is `undefined` until the cluster's objects are known. */
export class PageApi {
  readonly #options: PageApiOptions;

  constructor(options: PageApiOptions) {
    this.#options = options;
  }

  /** The same document as `k8s-snapshots coverage --output json`. */
  async coverage(): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined> {
    const { board, cluster } = this.#options;
    const known = await board.read();
    if (known === undefined) return undefined;
    const { now, volumes } = known;
    return streamOf(coveragePieces({ now: new Date(now), cluster, asked: "the daemon", volumes }));
  }
}
