import { Hono } from "hono";
import { onlyRead } from "./only-read.ts";

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

/** `/livez`, `/healthz` (the Python daemon's name for it), `/readyz` and `/metrics`. They are read, and nothing else. */
export function createRoutes({ unhealthy, notReady, metrics, onError }: RouteOptions): Hono {
  const routes = new Hono();
  routes.use(onlyRead);
  const probe = (problem: string | undefined): Response =>
    problem === undefined ? new Response("ok\n") : new Response(`${problem}\n`, { status: 503 });
  routes.get("/livez", () => probe(unhealthy()));
  routes.get("/healthz", () => probe(unhealthy()));
  routes.get("/readyz", () => probe(notReady()));
  routes.get("/metrics", async (context) => {
    const { text, contentType } = await metrics();
    return context.body(text, 200, { "content-type": contentType });
  });
  routes.notFound((context) => context.text("not found: there are /livez, /healthz, /readyz and /metrics\n", 404));
  routes.onError((error, context) => {
    onError(error);
    return context.text("the daemon failed to answer: its log says why\n", 500);
  });
  return routes;
}
