import http from "node:http";
import https from "node:https";
import { unlessAborted } from "@k8s-snapshots/backend-api/toolkit";
import type { ClusterAccess } from "./cluster-access.ts";
import { apiErrorOf, KubernetesConnectionError, MalformedAnswerError } from "./kubernetes-error.ts";
import { readLines } from "./read-lines.ts";

/** One request to the API server. */
export interface KubernetesRequest {
  /** Default: `GET`. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

  /** `/api/v1/persistentvolumes` */
  readonly path: string;

  /** Query parameters; those that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;

  /** Sent as JSON. */
  readonly body?: unknown;

  /** Of the body. Default: `application/json`; a PATCH needs one of the patch types. */
  readonly contentType?: string;

  readonly signal?: AbortSignal;

  /** Called with the size of the answer, in bytes. Default: it is not counted. */
  readonly onSize?: (bytes: number) => void;
}

/** The few things that are needed of a Kubernetes client: requests, and watches. Disposing of it closes all connections. */
export interface KubernetesClient extends Disposable {
  /** See {@link ClusterAccess.namespace}. */
  readonly namespace: string | undefined;

  /**
   * Sends a request and reads the whole answer.
   *
   * @returns the answer's JSON, unchecked
   * @throws {KubernetesApiError} if the API server refuses
   * @throws {KubernetesConnectionError} if it cannot be reached, or takes longer than the client's time limit
   * @throws {MalformedAnswerError} if the answer is no JSON
   */
  request(request: KubernetesRequest): Promise<unknown>;

  /**
   * Sends a request whose answer never ends by itself, and resolves once it begins. No time limit but the signal.
   *
   * @returns the lines of the answer; iterating ends when the API server ends the answer
   * @throws as {@link KubernetesClient.request}; iterating throws {@link KubernetesConnectionError} if the connection breaks
   */
  stream(request: KubernetesRequest): Promise<AsyncIterable<string>>;
}

/** Settings of {@link createKubernetesClient}. */
export interface KubernetesClientOptions {
  /** Most time that one request may take, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number;
}

/** A client that keeps its connections. No retries: whoever calls knows what a failure means. */
export function createKubernetesClient(
  access: ClusterAccess,
  { timeoutMs = 30_000 }: KubernetesClientOptions = {},
): KubernetesClient {
  const protocol = access.server.startsWith("https:") ? https : http;
  const agent = createAgent(access, protocol);

  async function send(request: KubernetesRequest, signal: AbortSignal | undefined): Promise<http.IncomingMessage> {
    // Credentials may be a plugin's, which may hang.
    const asked = access.credentials();
    const { headers, certificate, key } = await (signal === undefined ? asked : unlessAborted(asked, signal));
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const options: https.RequestOptions = {
      agent,
      method: request.method ?? "GET",
      headers: {
        accept: "application/json",
        "user-agent": "k8s-snapshots",
        ...(body !== undefined && {
          "content-type": request.contentType ?? "application/json",
          "content-length": Buffer.byteLength(body),
        }),
        ...headers,
      },
      ...(signal && { signal }),
      ...(access.certificateAuthority !== undefined && { ca: access.certificateAuthority }),
      ...(access.tlsServerName !== undefined && { servername: access.tlsServerName }),
      ...(access.skipTlsVerify && { rejectUnauthorized: false }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key }),
    };
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      protocol.request(requestUrl(access.server, request), options, resolve).on("error", reject).end(body);
    });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    if (status === 401) access.forget?.();
    const answer = parseJson(await readAll(response));
    throw apiErrorOf(answer, status, retryAfterMs(response.headers["retry-after"]));
  }

  return {
    namespace: access.namespace,
    async request(request) {
      const limit = AbortSignal.timeout(timeoutMs);
      const signal = request.signal ? AbortSignal.any([request.signal, limit]) : limit;
      const text = await connected(request, access, async () => readAll(await send(request, signal)));
      request.onSize?.(Buffer.byteLength(text));
      const answer = parseJson(text);
      if (answer === undefined) throw new MalformedAnswerError(`${describe(request, access)}: the answer is no JSON`);
      return answer;
    },
    async stream(request) {
      const response = await connected(request, access, () => send(request, request.signal));
      return brokenOff(readLines(response), request, access);
    },
    [Symbol.dispose]() {
      agent.destroy();
    },
  };
}

function createAgent(access: ClusterAccess, protocol: typeof http | typeof https): http.Agent {
  const { proxyUrl, proxyEnvironment } = access;
  const proxyEnv = proxyUrl === undefined ? proxyEnvironment : { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl };
  return new protocol.Agent({ keepAlive: true, ...(proxyEnv && { proxyEnv: { ...proxyEnv } }) });
}

function requestUrl(server: string, { path, query = {} }: KubernetesRequest): URL {
  const url = new URL(`${server.replace(/\/$/, "")}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, `${value}`);
  }
  return url;
}

async function readAll(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfterMs(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header === undefined || Number.isNaN(seconds) ? undefined : seconds * 1000;
}

function describe(request: KubernetesRequest, access: ClusterAccess): string {
  return `${request.method ?? "GET"} ${access.server}${request.path}`;
}

/** Runs `attempt`; what a socket says becomes a {@link KubernetesConnectionError}, what the caller's signal says stays. */
async function connected<T>(request: KubernetesRequest, access: ClusterAccess, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw translate(error, request, access);
  }
}

async function* brokenOff(
  lines: AsyncIterable<string>,
  request: KubernetesRequest,
  access: ClusterAccess,
): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    throw translate(error, request, access);
  }
}

function translate(error: unknown, request: KubernetesRequest, access: ClusterAccess): unknown {
  if (request.signal?.aborted) return request.signal.reason;
  if (!(error instanceof Error) || !("code" in error)) return error;
  const problem = error.name === "AbortError" || error.name === "TimeoutError" ? "no answer in time" : error.message;
  return new KubernetesConnectionError(`${describe(request, access)}: ${problem}`, { cause: error });
}
