import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A listening HTTP server that can go away and come back on its port. */
export class HttpListener implements AsyncDisposable {
  readonly #handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly #host: string;
  #port: number;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  /** @param port - 0 takes a free one, and keeps it */
  constructor(host: string, port: number, handle: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#host = host;
    this.#port = port;
    this.#handle = handle;
  }

  /** `http://HOST:PORT`, once it has been started. */
  get url(): string {
    return `http://${this.#host}:${this.#port}`;
  }

  /** @throws {Error} if the port is taken */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, this.#handle);
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, this.#host, resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts all connections and frees the port. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
