import type { RequestListener, ServerResponse } from "node:http";

/** What the routes ask. */
export interface RouteOptions {
  /** What is wrong, in words; `undefined` if the daemon moves. */
  readonly unhealthy: () => string | undefined;

  /** What the daemon still waits for, in words; `undefined` if the rules are known and fresh. */
  readonly notReady: () => string | undefined;

  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;

  /** Called with what a route throws: the request is answered with 500. */
  readonly onError: (error: unknown) => void;
}

interface Answer {
  readonly status?: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * `/livez`, `/healthz` (the Python daemon's name for it), `/readyz` and `/metrics`. They are read, and nothing else. Each
 * daemon is asked for them all the time, and they need no library: one that has Node's `Request` and `Response` would cost 10 MiB.
 */
export function createRoutes({ unhealthy, notReady, metrics, onError }: RouteOptions): RequestListener {
  const probe = (problem: string | undefined): Answer =>
    problem === undefined ? { text: "ok\n" } : { status: 503, text: `${problem}\n` };
  const routes = new Map<string, () => Answer | Promise<Answer>>([
    ["/livez", () => probe(unhealthy())],
    ["/healthz", () => probe(unhealthy())],
    ["/readyz", () => probe(notReady())],
    [
      "/metrics",
      async () => {
        const { text, contentType } = await metrics();
        return { text, headers: { "content-type": contentType } };
      },
    ],
  ]);
  const answer = async (method: string | undefined, address: string | undefined): Promise<Answer> => {
    if (method !== "GET" && method !== "HEAD") return ONLY_READ;
    const url = URL.parse(address ?? "", "http://daemon");
    if (url === null) return NO_ADDRESS;
    return (await routes.get(url.pathname)?.()) ?? NOT_FOUND;
  };
  return async (request, response) => {
    try {
      send(response, await answer(request.method, request.url));
    } catch (error) {
      onError(error);
      send(response, FAILED);
    }
  };
}

const ONLY_READ = { status: 405, text: "this server is only read: GET and HEAD\n", headers: { allow: "GET, HEAD" } };
const NO_ADDRESS = { status: 400, text: "what is asked for is not an address\n" };
const NOT_FOUND = { status: 404, text: "not found: there are /livez, /healthz, /readyz and /metrics\n" };
const FAILED = { status: 500, text: "the daemon failed to answer: its log says why\n" };

function send(response: ServerResponse, { status = 200, text, headers }: Answer): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
