import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";

/** Whom the proxy speaks to, and as whom. */
export interface PlainProxyOptions {
  /** `https://…` */
  readonly target: string;
  /** PEM. */
  readonly ca: Buffer;
  readonly token: string;
}

/** A running proxy. */
export interface PlainProxy {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

/** Takes plain HTTP on the loopback interface and passes it on over TLS with a user's token, streams included. */
export async function startPlainProxy({ target, ca, token }: PlainProxyOptions): Promise<PlainProxy> {
  const agent = new Agent({ ca, keepAlive: true });
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { host: _host, ...headers } = incoming.headers;
    const passed = request(`${target}${incoming.url}`, {
      agent,
      method: incoming.method,
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
    passed.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.on("error", () => outgoing.destroy());
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
