import type { ListenAddress } from "../settings/listen-address.ts";
import { createRoutes, type RouteOptions } from "./routes.ts";
import { type RunningHttpServer, serve } from "./serve.ts";

/**
 * Serves the daemon's probes and metrics.
 *
 * @throws {Error} if the address cannot be listened on; the message names it
 */
export function startHttpServer(address: ListenAddress, options: RouteOptions): Promise<RunningHttpServer> {
  return serve(address, { answer: createRoutes(options), variable: "HTTP_LISTEN", onError: options.onError });
}
