import type { BackendErrorScope, CallOptions } from "@k8s-snapshots/backend-api";
import { type Page, readPages, throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import type { ComputeApi, ComputeCallOptions, ComputeOperation, ComputePage, ComputeSnapshot } from "./compute-api.ts";
import { TokenServerError, toBackendError } from "./gce-error.ts";

/** The most that Google puts on a page. */
const pageSize = 500;

/** Room for two million snapshots. */
const mostPages = 4_000;

/** To find credentials and to obtain a token, in milliseconds. */
const credentialsLimit = 30_000;

/** Limits that tests make smaller. */
export interface ComputeCallerLimits {
  readonly credentialsMs?: number;
  readonly mostPages?: number;
}

/** Opens Compute Engine when it is first needed: credentials have to be found. A failure is not kept. */
export class ComputeCaller {
  readonly #open: () => Promise<ComputeApi>;
  readonly #limits: Required<ComputeCallerLimits>;
  #opened: Promise<ComputeApi> | undefined;

  constructor(open: () => Promise<ComputeApi>, limits: ComputeCallerLimits = {}) {
    this.#open = open;
    this.#limits = { credentialsMs: credentialsLimit, mostPages, ...limits };
  }

  /**
   * @param doing - the permission and the object, for messages
   * @param about - what the object is
   * @throws {BackendError} `aborted` if the signal has fired, else what {@link toBackendError} makes of the error
   */
  async call<T>(
    doing: string,
    options: CallOptions | undefined,
    send: (api: ComputeApi, apiOptions: ComputeCallOptions) => Promise<T>,
    about: BackendErrorScope = "disk",
  ): Promise<T> {
    throwIfAborted(options);
    try {
      const api = await withinLimit(this.#authorized(), this.#limits.credentialsMs, options?.signal);
      throwIfAborted(options);
      return await send(api, { signal: options?.signal, onDate: options?.onDate });
    } catch (error) {
      throwIfAborted(options);
      throw toBackendError(error, doing, about);
    }
  }

  /** All snapshots of a project that pass the filter. */
  snapshots(project: string, filter: string, options: CallOptions | undefined): AsyncGenerator<ComputeSnapshot, void> {
    const doing = `compute.snapshots.list of ${project}`;
    return this.#pages(options, (pageToken) =>
      this.call(
        doing,
        options,
        (api, apiOptions) => api.listSnapshots({ project, filter, ...page(pageToken) }, apiOptions),
        "location",
      ),
    );
  }

  /** The operations of a project that are in no zone or region, the newest first. */
  operations(project: string, options: CallOptions | undefined): AsyncGenerator<ComputeOperation, void> {
    const doing = `compute.globalOperations.list of ${project}`;
    const orderBy = "creationTimestamp desc";
    return this.#pages(options, (pageToken) =>
      this.call(
        doing,
        options,
        (api, apiOptions) => api.listOperations({ project, orderBy, ...page(pageToken) }, apiOptions),
        "location",
      ),
    );
  }

  /** Goes on after empty pages, of which Google may send some before it finds what passes a filter. */
  #pages<Item>(
    options: CallOptions | undefined,
    read: (token: string | undefined) => Promise<ComputePage<Item>>,
  ): AsyncGenerator<Item, void> {
    const readPage = async (token: string | undefined): Promise<Page<Item>> => {
      const { items, nextPageToken } = await read(token);
      return { items, next: nextPageToken };
    };
    return readPages(readPage, options, this.#limits.mostPages);
  }

  async #authorized(): Promise<ComputeApi> {
    this.#opened ??= this.#open();
    const api = await this.#opened.catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    await api.ensureToken();
    return api;
  }
}

function page(pageToken: string | undefined): { readonly maxResults: number; readonly pageToken?: string } {
  return { maxResults: pageSize, ...(pageToken === undefined ? {} : { pageToken }) };
}

/** Google's library for credentials heeds no signal, and may wait for a server that is silent. */
async function withinLimit<T>(work: Promise<T>, limitMs: number, signal: AbortSignal | undefined): Promise<T> {
  const over = Promise.withResolvers<never>();
  const giveUp = (): void => over.reject(new TokenServerError(`no answer within ${limitMs / 1000} s`));
  const timer = setTimeout(giveUp, limitMs);
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}
