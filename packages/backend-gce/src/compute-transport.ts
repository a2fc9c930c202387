import { AsyncLocalStorage } from "node:async_hooks";
import { BackendError, isBackendError } from "@k8s-snapshots/backend-api";
import { gaxios } from "google-auth-library";
import type { ComputeCallOptions } from "./compute-api.ts";
import { ComputeError } from "./compute-error.ts";
import { unexpected } from "./gce-error.ts";

/** What a call does with its answer. */
export interface CallHandlers extends Pick<ComputeCallOptions, "onDate"> {
  /** Mends an answer before the SDK decodes it. Default: it stays as it is. */
  readonly mend?: ((answer: Readonly<Record<string, unknown>>) => object) | undefined;
}

/** What is known of a call while Google's SDK makes it. */
interface OngoingCall extends CallHandlers {
  /** Whether Compute Engine may have received the request. */
  isSent: boolean;

  /** Whether Compute Engine agreed, so that what is left is to decode its answer. */
  isAnswered: boolean;
}

/**
 * The most bytes of an answer, decompressed. A page of 500 snapshots takes about 1 MB, and less than 6 MB when each
 * snapshot has 64 labels of the greatest length.
 */
const longestAnswer = 32 * 1024 * 1024;

/**
 * Sends the requests of Google's SDK, and those for tokens. It reads from Compute Engine's answers what the SDK loses (the
 * date, the reason of a refusal, `Retry-After`), and refuses redirections and bodies without end.
 */
export class ComputeTransport extends gaxios.Gaxios {
  readonly #calls = new AsyncLocalStorage<OngoingCall>();

  constructor() {
    super({ size: longestAnswer });
    this.interceptors.request.add({ resolved: async (request) => this.#prepare(request) });
    this.interceptors.response.add({ resolved: async (response) => this.#read(response) });
  }

  /** Drops the agent that google-gax sets: with one, gaxios ignores `HTTPS_PROXY` and `NO_PROXY`. */
  override request<T>({ agent, ...options }: gaxios.GaxiosOptions = {}): gaxios.GaxiosPromise<T> {
    return super.request<T>(options);
  }

  /**
   * Makes one call of Google's SDK.
   *
   * @throws {ComputeError} if Compute Engine refuses, or does not answer
   * @throws {BackendError} `invalid` if the SDK refuses the request; `unexpected` if the answer cannot be Compute Engine's
   */
  async call<T>(handlers: CallHandlers, send: () => Promise<T>): Promise<T> {
    const call: OngoingCall = { ...handlers, isSent: false, isAnswered: false };
    try {
      return await this.#calls.run(call, send);
    } catch (error) {
      const causes = causesOf(error);
      const known = causes.find((cause) => cause instanceof ComputeError || isBackendError(cause));
      if (known !== undefined) throw known;
      if (call.isAnswered) throw unexpected("something that cannot be decoded");
      const [first, cause] = causes;
      // What the SDK says of a request has no cause; what it says of the network, or of a token, has.
      if (!call.isSent && cause === undefined) {
        throw new BackendError(
          "invalid",
          `Google's SDK refuses the request: ${first?.message ?? "it does not say why"}`,
        );
      }
      throw ComputeError.ofTransport(error, call.isSent);
    }
  }

  #prepare(request: gaxios.GaxiosOptionsPrepared): gaxios.GaxiosOptionsPrepared {
    const call = this.#callOf(request.url);
    if (call === undefined) return request;
    call.isSent = true;
    // The token would go along with a redirection. The SDK would send some refused requests again.
    return Object.assign(request, { redirect: "manual" as const, validateStatus: () => true });
  }

  async #read<T extends gaxios.GaxiosResponse>(response: T): Promise<T> {
    const call = this.#callOf(response.config.url);
    if (call === undefined) return response;
    const date = new Date(response.headers.get("date") ?? Number.NaN);
    if (!Number.isNaN(date.getTime())) call.onDate?.(date);
    const body = await bodyOf(response);
    const answer = parse(body);
    if (!response.ok) throw ComputeError.ofAnswer(response.status, answer, response.headers);
    if (typeof answer !== "object" || answer === null) throw unexpected("something that is no JSON object");
    call.isAnswered = true;
    const mended = call.mend && Buffer.from(JSON.stringify(call.mend(answer as Record<string, unknown>)));
    return Object.assign(response, { arrayBuffer: async () => mended ?? body });
  }

  /** `undefined` for a request for a token, which a call may need first. */
  #callOf({ pathname }: URL): OngoingCall | undefined {
    return pathname.startsWith("/compute/v1/") ? this.#calls.getStore() : undefined;
  }
}

/** @throws {BackendError} `unexpected` if the body is longer than any answer of Compute Engine */
async function bodyOf(response: gaxios.GaxiosResponse): Promise<Buffer> {
  try {
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    // https://github.com/node-fetch/node-fetch/blob/v3.3.2/docs/ERROR-HANDLING.md
    if ((error as { type?: unknown }).type !== "max-size") throw error;
    throw unexpected(`more than ${longestAnswer / 1024 / 1024} MiB`);
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** An error, its cause, the cause of that, and so on. */
function causesOf(error: unknown): Error[] {
  const causes = new Set<Error>();
  for (let cause = error; cause instanceof Error && !causes.has(cause); cause = cause.cause) causes.add(cause);
  return [...causes];
}
