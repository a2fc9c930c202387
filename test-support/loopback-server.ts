import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A request, read to its end. */
export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A running server, and what it was asked so far. */
export interface LoopbackServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

/** Where a server listens, and how. */
export interface LoopbackOptions {
  /** Default: `127.0.0.1`. */
  readonly host?: "127.0.0.1" | "::1";

  /** For HTTPS, in PEM. Default: HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts an HTTP server on the loopback interface that runs until the test is over. */
export async function startLoopbackServer(
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
  { host = "127.0.0.1", tls }: LoopbackOptions = {},
): Promise<LoopbackServer> {
  const requests: ReceivedRequest[] = [];
  const listener: RequestListener = async (message, response) => {
    const { method, url: path, headers } = message;
    const request = { method, path, headers, body: await text(message) };
    requests.push(request);
    answer(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  server.listen(0, host);
  await once(server, "listening");
  const name = host === "::1" ? "[::1]" : host;
  return { url: `${tls ? "https" : "http"}://${name}:${(server.address() as AddressInfo).port}`, requests };
}
