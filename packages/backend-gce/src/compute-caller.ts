import type { CallOptions } from "@k8s-snapshots/backend-api";
import type { ComputeApi, ComputeCallOptions, ComputeSnapshot } from "./compute-api.ts";
import { throwIfAborted, toBackendError, unexpected } from "./gce-error.ts";

/** The most that Google puts on a page. */
const pageSize = 500;

/** Opens Compute Engine when it is first needed: the SDK is heavy. A failure is not kept. */
export class ComputeCaller {
  readonly #open: () => Promise<ComputeApi>;
  #opened: Promise<ComputeApi> | undefined;

  constructor(open: () => Promise<ComputeApi>) {
    this.#open = open;
  }

  /**
   * @param doing - the permission and the object, for messages
   * @throws {BackendError} `aborted` if the signal has fired, else what {@link toBackendError} makes of the error
   */
  async call<T>(
    doing: string,
    options: CallOptions | undefined,
    send: (api: ComputeApi, how: ComputeCallOptions) => Promise<T>,
  ): Promise<T> {
    throwIfAborted(options);
    try {
      this.#opened ??= this.#open();
      const api = await this.#opened.catch((error: unknown) => {
        this.#opened = undefined;
        throw error;
      });
      throwIfAborted(options);
      return await send(api, { signal: options?.signal });
    } catch (error) {
      throwIfAborted(options);
      throw toBackendError(error, doing);
    }
  }

  /** All snapshots of a project that pass the filter, through pages that are empty too. */
  async *snapshots(
    project: string,
    filter: string,
    options: CallOptions | undefined,
  ): AsyncGenerator<ComputeSnapshot, void> {
    let token: string | undefined;
    do {
      const request = { project, filter, maxResults: pageSize, ...(token ? { pageToken: token } : {}) };
      const page = await this.call(`compute.snapshots.list of ${project}`, options, (api, how) =>
        api.listSnapshots(request, how),
      );
      yield* page.items;
      if (page.nextPageToken && page.nextPageToken === token) throw unexpected("the same page of snapshots again");
      token = page.nextPageToken;
    } while (token);
  }

  async close(): Promise<void> {
    const api = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await api?.close();
  }
}
