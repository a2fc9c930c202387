import { BackendError, type CallOptions, isBackendError } from "@k8s-snapshots/backend-api";
import { requestSignal, throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import { type DigitalOceanApi, digitalOceanJs } from "./digitalocean-api.ts";
import type { DigitalOceanConfig } from "./digitalocean-config.ts";
import { errorOfTransport, unexpected } from "./digitalocean-error.ts";
import { type DigitalOceanCall, type Exchange, exchange, type PageInformation } from "./digitalocean-exchange.ts";

/** Parts of a {@link DigitalOceanClient} that tests replace. */
export interface DigitalOceanClientOptions {
  /** Milliseconds until a request without a whole answer is given up. Default: 30,000. */
  readonly timeoutMs?: number;

  /** Bytes of an answer, unpacked. Default: 16 MiB, which is five times a page of snapshots with 50 long tags each. */
  readonly maxBodyBytes?: number;

  /** Pages of a list. Default: 1,000, which is 200,000 snapshots. */
  readonly maxPages?: number;

  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** What is called of digitalocean-js in one call: one method, once. */
export type DigitalOceanMethod = (api: DigitalOceanApi) => Promise<unknown>;

/**
 * The most that DigitalOcean puts on a page.
 *
 * @see {@link https://docs.digitalocean.com/reference/api/reference/#links--pagination}
 */
const largestPage = 200;

/** Calls digitalocean-js. Each client has a token of its own, though all go through one axios; none is in an error. */
export class DigitalOceanClient {
  readonly #config: DigitalOceanConfig;
  readonly #timeoutMs: number;
  readonly #maxPages: number;
  readonly #parts: Pick<Exchange, "maxBodyBytes" | "now">;

  constructor(config: DigitalOceanConfig, options: DigitalOceanClientOptions = {}) {
    const { timeoutMs = 30_000, maxBodyBytes = 2 ** 24, maxPages = 1_000, now = Date.now } = options;
    this.#config = config;
    this.#timeoutMs = timeoutMs;
    this.#maxPages = maxPages;
    this.#parts = { maxBodyBytes, now };
  }

  /**
   * One request.
   *
   * @returns what digitalocean-js takes out of the answer, unchecked
   * @throws {BackendError} for every answer that is no success, and if there is none
   */
  async call(call: DigitalOceanCall, method: DigitalOceanMethod, options: CallOptions | undefined): Promise<unknown> {
    const page = call.pageSize === undefined ? undefined : { number: 1, size: call.pageSize };
    return (await this.#exchange(call, method, options, page)).answer;
  }

  /**
   * The objects of all pages, or an error: a list that changed while it was read may lack some, as DigitalOcean counts
   * pages by position.
   *
   * @throws {BackendError}
   */
  async *list(
    call: DigitalOceanCall,
    method: DigitalOceanMethod,
    options: CallOptions | undefined,
  ): AsyncGenerator<Readonly<Record<string, unknown>>, void> {
    const ids = new Set<unknown>();
    let total: unknown;
    for (let number: number | undefined = 1; number !== undefined; ) {
      await options?.beforePage?.();
      const { answer, pages } = await this.#exchange(call, method, options, { number, size: largestPage });
      if (!Array.isArray(answer)) throw unexpected(call, "a list without its objects");
      if (!Number.isSafeInteger(pages?.total)) throw unexpected(call, "a list without meta.total");
      if (number > 1 && pages?.total !== total) throw changed(call);
      total = pages?.total;
      for (const object of answer) {
        if (typeof object !== "object" || object === null) throw unexpected(call, "a list of what is no object");
        ids.add(object.id);
        yield object;
      }
      number = nextPage(pages as PageInformation, number, call);
      if (number !== undefined && (answer.length === 0 || number > this.#maxPages)) {
        throw unexpected(
          call,
          answer.length === 0 ? "an empty page before the last" : `more than ${this.#maxPages} pages`,
        );
      }
    }
    if (ids.size !== total) throw changed(call);
  }

  async #exchange(
    call: DigitalOceanCall,
    method: DigitalOceanMethod,
    options: CallOptions | undefined,
    page?: Exchange["page"],
  ): Promise<{ readonly answer: unknown; readonly pages: PageInformation | undefined }> {
    throwIfAborted(options);
    const { token, apiUrl } = this.#config;
    if (token === undefined) {
      throw new BackendError("unauthenticated", `${call.doing}: there is no token: set DIGITALOCEAN_ACCESS_TOKEN`);
    }
    const signal = requestSignal(options, this.#timeoutMs);
    const one: Exchange = {
      call,
      token,
      apiUrl,
      signal,
      ...this.#parts,
      onDate: options?.onDate,
      ...(page && { page }),
    };
    try {
      const answer = await exchange(one, async () => method(digitalOceanJs));
      return { answer, pages: one.pages };
    } catch (error) {
      throwIfAborted(options);
      throw isBackendError(error) ? error : errorOfTransport(error, call, signal.aborted ? this.#timeoutMs : undefined);
    }
  }
}

/**
 * Only the number is taken of the link: its host may be another one, which must not get the token, or the one that stands
 * behind DIGITALOCEAN_API_URL.
 */
function nextPage({ next, path }: PageInformation, number: number, call: DigitalOceanCall): number | undefined {
  if (next === undefined || next === null || next === "") return undefined;
  const link = typeof next === "string" ? URL.parse(next) : null;
  if (!link?.pathname.endsWith(`/v2${path}`)) throw unexpected(call, "a link to another list");
  if (link.searchParams.get("page") === String(number + 1)) return number + 1;
  throw unexpected(call, `a link to a page after ${number} that is not ${number + 1}`);
}

function changed({ doing }: DigitalOceanCall): BackendError {
  return new BackendError("unavailable", `${doing}: the list changed while it was read: try again`);
}
