import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import type { ListenAddress } from "../settings/listen-address.ts";

/** What the HTTP server asks. */
export interface HttpProbes {
  /** What is wrong, in words; `undefined` if the daemon does its work. */
  readonly unhealthy: () => string | undefined;

  /** What is waited for, in words; `undefined` if the rules are known. */
  readonly notReady: () => string | undefined;

  readonly registry: Registry;
}

/** An HTTP server that runs. */
export interface RunningHttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz`, `/readyz` and `/metrics`.
 *
 * @throws {Error} if the address cannot be listened on; the message names it.
 */
export async function startHttpServer({ host, port }: ListenAddress, probes: HttpProbes): Promise<RunningHttpServer> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const answer = (status: number, body: string, type = "text/plain; charset=utf-8"): void => {
      response.writeHead(status, { "content-type": type }).end(body);
    };
    const probe = (problem: string | undefined): void =>
      problem === undefined ? answer(200, "ok\n") : answer(503, `${problem}\n`);
    if (path === "/healthz") probe(probes.unhealthy());
    else if (path === "/readyz") probe(probes.notReady());
    else if (path === "/metrics") answer(200, await probes.registry.metrics(), probes.registry.contentType);
    else answer(404, "not found: there are /healthz, /readyz and /metrics\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new Error(`HTTP_LISTEN: cannot listen on ${host ?? ""}:${port}: ${error.message}`)),
    );
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
