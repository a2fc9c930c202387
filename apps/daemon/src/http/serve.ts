import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ListenAddress } from "../settings/listen-address.ts";

/** An HTTP server that runs. Disposing of it ends its connections too. */
export interface RunningHttpServer extends AsyncDisposable {
  readonly port: number;
}

/** What a server is, beside its address. */
export interface ServeOptions {
  /** Answers each request; never throws. */
  readonly answer: RequestListener;

  /** The variable that says where it listens, for the message where that fails. */
  readonly variable: string;

  /** Called with what goes wrong once it runs. */
  readonly onError: (error: unknown) => void;
}

/** Whoever can reach the port may send anything: what one of them asks for must not cost the others, or the snapshots. */
const limits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 15_000,
  connectionsCheckingInterval: 2_000,
};
const MOST_CONNECTIONS = 256;
const MOST_REQUESTS_A_CONNECTION = 1_000;

/**
 * Serves requests, within limits.
 *
 * @throws {Error} if the address cannot be listened on; the message names it
 */
export async function serve(address: ListenAddress, options: ServeOptions): Promise<RunningHttpServer> {
  const { answer, variable, onError } = options;
  const server = createServer(limits, answer);
  server.maxConnections = MOST_CONNECTIONS;
  server.maxRequestsPerSocket = MOST_REQUESTS_A_CONNECTION;
  // No route takes another protocol, or a tunnel.
  for (const request of ["upgrade", "connect"]) server.on(request, (_, socket) => void socket.destroy());
  await listen(server, address, variable);
  // A connection that cannot be accepted, as where no file descriptors are left, must not end the daemon.
  server.on("error", onError);
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => closeServer(server),
  };
}

function listen(server: Server, { host, port }: ListenAddress, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ message }) =>
      reject(new Error(`${variable}: cannot listen on ${host ?? ""}:${port}: ${message}`)),
    );
    server.listen(port, host, resolve);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
