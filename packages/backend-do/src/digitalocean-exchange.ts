import { AsyncLocalStorage } from "node:async_hooks";
import type { Readable } from "node:stream";
import type { BackendErrorScope } from "@k8s-snapshots/backend-api";
import { instance } from "digitalocean-js/src/lib/axios-instance.js";
import { errorOfAnswer, unexpected } from "./digitalocean-error.ts";

/** One call of the API, as far as its request and its messages differ from others. */
export interface DigitalOceanCall {
  /** What is being done, and to which object, for messages: `deleting snapshot 1f6f46e8`. */
  readonly doing: string;

  /** The scopes that the token needs for it, for messages. */
  readonly scopes: readonly string[];

  /** Whether something is different afterwards, so that the outcome is in doubt without an answer. Default: false. */
  readonly changes?: boolean;

  /** What the object is. Default: the disk. */
  readonly about?: BackendErrorScope;

  /** Of a list, one page of at most so many objects. */
  readonly pageSize?: number;

  /** Tags of what is created, which digitalocean-js cannot send. */
  readonly tags?: readonly string[];
}

/** One request, from its call to the end of its answer: all that belongs to it alone, and not to the one axios instance. */
export interface Exchange {
  readonly call: DigitalOceanCall;
  readonly token: string;
  readonly apiUrl: string;
  readonly signal: AbortSignal;
  readonly maxBodyBytes: number;
  readonly now: () => number;
  readonly page?: { readonly number: number; readonly size: number };
  readonly onDate?: ((date: Date) => void) | undefined;

  /** What the answer says of the other pages; there when the call is over. */
  pages?: PageInformation;
}

/** What a page of a list says of the list, unchecked. */
export interface PageInformation {
  /** How many objects there are on all pages. */
  readonly total: unknown;
  /** Where the next page is. */
  readonly next: unknown;
  /** Which was asked for: `/volumes`. */
  readonly path: string;
}

const exchanges = new AsyncLocalStorage<Exchange>();

/**
 * Carries out what is called of digitalocean-js inside `work`: one request, with all that the exchange says.
 *
 * @throws {BackendError} for every answer that is no success
 * @throws what axios rejects with if there is no answer; it holds the token
 */
export function exchange<T>(one: Exchange, work: () => Promise<T>): Promise<T> {
  return exchanges.run(one, work);
}

type Request = Parameters<NonNullable<Parameters<typeof instance.interceptors.request.use>[0]>>[0];
type Response = Parameters<NonNullable<Parameters<typeof instance.interceptors.response.use>[0]>>[0];

/** Requests outside of an exchange are somebody else's, who uses digitalocean-js too: they stay as they are. */
instance.interceptors.request.use((request) => {
  const one = exchanges.getStore();
  return one ? prepare(request, one) : request;
});

instance.interceptors.response.use(async (response) => {
  const one = exchanges.getStore();
  // The rest holds the request, and with it the token.
  return one ? ({ data: await read(response, one) } as Response) : response;
});

function prepare(request: Request, { call, token, apiUrl, signal, page }: Exchange): Request {
  request.headers.set("Accept", "application/json");
  request.headers.set("Authorization", `Bearer ${token}`);
  return Object.assign(request, {
    adapter: "http",
    baseURL: `${apiUrl}/v2`,
    url: volumeSnapshotsOnly(request.url ?? ""),
    allowAbsoluteUrls: false,
    params: { ...request.params, ...(page && { per_page: page.size, page: page.number }) },
    data: complete(request.data, call),
    signal,
    // A redirection would be followed with the token.
    maxRedirects: 0,
    responseType: "stream",
    validateStatus: () => true,
  });
}

/**
 * Below `/snapshots` are those of Droplets, too, and a deletion there takes a token that may delete images. Below
 * `/volumes/snapshots` no Droplet's can be reached.
 *
 * @see {@link https://docs.digitalocean.com/reference/api/reference/block-storage/}
 */
function volumeSnapshotsOnly(path: string): string {
  return path.replace(/^\/snapshots\//, "/volumes/snapshots/");
}

/** With the tags that digitalocean-js has no field for. It tags Droplets only; here, all that is tagged is a snapshot. */
function complete(body: unknown, { tags }: DigitalOceanCall): unknown {
  const { resources } = (body ?? {}) as { resources?: readonly { readonly resource_id: string }[] };
  if (resources) return { resources: resources.map((each) => ({ ...each, resource_type: "volume_snapshot" })) };
  return tags === undefined ? body : { ...(body as object), tags };
}

async function read({ status, headers, data, config }: Response, one: Exchange): Promise<unknown> {
  const { call, token, now, onDate } = one;
  const date = new Date(headers["date"] ?? Number.NaN);
  if (!Number.isNaN(date.getTime())) onDate?.(date);
  const text = withoutToken(await textOf(data as Readable, one), token);
  if (status < 200 || status > 299) throw errorOfAnswer({ status, headers, text, now: now() }, call);
  if (status === 204) return undefined;
  const body = parse(text);
  if (typeof body !== "object" || body === null) throw unexpected(call, "something that is no JSON object");
  const { meta, links } = body as { meta?: { total?: unknown }; links?: { pages?: { next?: unknown } } };
  one.pages = { total: meta?.total, next: links?.pages?.next, path: config.url ?? "" };
  return body;
}

async function textOf(body: Readable, { call, maxBodyBytes }: Exchange): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw unexpected(call, `more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What is in between may send back what it was sent, as it is or as JSON escapes it. */
function withoutToken(text: string, token: string): string {
  if (!text.includes("\\u")) return text.replaceAll(token, "…");
  const spelled = [...token].map((character) => {
    const escaped = `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    return `(?:${escaped}|\\${escaped})`;
  });
  return text.replaceAll(new RegExp(spelled.join(""), "gi"), "…");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
