import { BackendError, type BackendErrorScope, type CallOptions } from "@k8s-snapshots/backend-api";
import type { DigitalOceanConfig } from "./digitalocean-config.ts";
import { errorOfAnswer, errorOfTransport, throwIfAborted, unexpected } from "./digitalocean-error.ts";

/** One request to the API. */
export interface DigitalOceanRequest {
  readonly method: "GET" | "POST" | "DELETE";

  /** Below the API's URL: `/v2/snapshots`. Ids in it are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;

  /** What is being done, and to which object, for messages: `deleting snapshot 1f6f46e8`. */
  readonly doing: string;

  /** The scopes that the token needs for it, for messages. */
  readonly scopes: readonly string[];

  /** What the object is. Default: the disk. */
  readonly about?: BackendErrorScope;
}

/** Parts of a {@link DigitalOceanClient} that tests replace. */
export interface DigitalOceanClientOptions {
  /** Milliseconds until a request without an answer is given up. */
  readonly timeoutMs?: number;

  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The most that DigitalOcean puts on a page. */
const pageSize = 200;

/** DigitalOcean's API over HTTP. Each client has a token of its own; none is in an error. */
export class DigitalOceanClient {
  readonly #config: DigitalOceanConfig;
  readonly #timeoutMs: number;
  readonly #now: () => number;

  constructor(config: DigitalOceanConfig, { timeoutMs = 30_000, now = Date.now }: DigitalOceanClientOptions = {}) {
    this.#config = config;
    this.#timeoutMs = timeoutMs;
    this.#now = now;
  }

  /**
   * The JSON of the answer; `undefined` of an answer without content.
   *
   * @throws {BackendError} for every answer that is no success
   */
  async send(request: DigitalOceanRequest, options: CallOptions | undefined): Promise<unknown> {
    throwIfAborted(options);
    const { token } = this.#config;
    if (token === undefined) {
      const what = "there is no token: set DIGITALOCEAN_ACCESS_TOKEN";
      throw new BackendError("unauthenticated", `${request.doing}: ${what}`);
    }
    const { response, text } = await this.#exchange(request, token, options);
    const body = parse(text);
    if (!response.ok) throw errorOfAnswer({ response, body, now: this.#now() }, request);
    if (response.status === 204) return undefined;
    if (body === undefined) throw unexpected(request, "something that is not JSON");
    return body;
  }

  /**
   * The objects of all pages, or an error: a list that changed while it was read may lack some, as DigitalOcean counts
   * pages by position.
   *
   * @param field - of the answer, which holds the objects: `snapshots`
   */
  async *list(
    request: DigitalOceanRequest,
    field: string,
    options: CallOptions | undefined,
  ): AsyncGenerator<Readonly<Record<string, unknown>>, void> {
    const ids = new Set<unknown>();
    let total: unknown;
    for (let page: number | undefined = 1; page !== undefined; ) {
      const query = { ...request.query, per_page: String(pageSize), page: String(page) };
      const answer = (await this.send({ ...request, query }, options)) as Page;
      const objects = answer?.[field];
      if (!Array.isArray(objects)) throw unexpected(request, `a list without ${field}`);
      const { meta, links } = answer as PageInformation;
      if (!Number.isSafeInteger(meta?.total)) throw unexpected(request, "a list without meta.total");
      if (page > 1 && meta?.total !== total) throw changed(request);
      total = meta?.total;
      for (const object of objects) {
        if (typeof object !== "object" || object === null)
          throw unexpected(request, `one of ${field} that is not an object`);
        ids.add(object.id);
        yield object;
      }
      page = nextPage(links?.pages?.next, page, request);
    }
    if (ids.size !== total) throw changed(request);
  }

  async #exchange(
    { method, path, query, body, doing }: DigitalOceanRequest,
    token: string,
    options: CallOptions | undefined,
  ): Promise<{ readonly response: Response; readonly text: string }> {
    const signals = [AbortSignal.timeout(this.#timeoutMs), ...(options?.signal ? [options.signal] : [])];
    try {
      const response = await fetch(`${this.#config.apiUrl}${path}${query ? `?${new URLSearchParams(query)}` : ""}`, {
        method,
        headers: {
          accept: "application/json",
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirection would be followed with the token.
        redirect: "manual",
        signal: AbortSignal.any(signals),
      });
      const date = new Date(response.headers.get("date") ?? Number.NaN);
      if (!Number.isNaN(date.getTime())) options?.onDate?.(date);
      return { response, text: await response.text() };
    } catch (error) {
      throwIfAborted(options);
      throw errorOfTransport(error, { doing, changes: method !== "GET" });
    }
  }
}

type Page = Readonly<Record<string, unknown>> | undefined;

interface PageInformation {
  readonly meta?: { readonly total?: unknown };
  readonly links?: { readonly pages?: { readonly next?: unknown } };
}

/** Only the number is taken of the link: it may name another host, which must not get the token. */
function nextPage(link: unknown, page: number, request: DigitalOceanRequest): number | undefined {
  if (link === undefined || link === null || link === "") return undefined;
  const next = Number(typeof link === "string" ? URL.parse(link)?.searchParams.get("page") : undefined);
  if (next !== page + 1) throw unexpected(request, `a link to a page after ${page} that is not ${page + 1}`);
  return next;
}

function changed({ doing }: DigitalOceanRequest): BackendError {
  return new BackendError("unavailable", `${doing}: the list changed while it was read: try again`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
