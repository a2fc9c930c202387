import { type Context, Hono } from "hono";
import { onlyRead } from "../http/only-read.ts";
import type { PageApi } from "./page-api.ts";
import type { PageFile } from "./page-files.ts";
import { securityHeaders } from "./security-headers.ts";

/** What the page's server serves. */
export interface PageRoutesOptions {
  /** The built page; `undefined`: it was not built. */
  readonly files: ReadonlyMap<string, PageFile> | undefined;
  readonly api: PageApi;

  /** Called with what a route throws: the request is answered with 500. */
  readonly onError: (error: unknown) => void;
}

const NOT_BUILT = "the page was not built: pnpm --filter @k8s-snapshots/status-page build\n";
const NOT_YET = "the cluster's volumes are not known yet: ask again in a few seconds";

/** The page and its API, all below the address that it is reached at: it has no path of its own. */
export function createPageRoutes({ files, api, onError }: PageRoutesOptions): Hono {
  const routes = new Hono();
  routes.use(onlyRead, securityHeaders);
  for (const name of ["", "index.html", "page.css", "page.js"]) {
    routes.get(`/${name}`, (context) => {
      const file = files?.get(name || "index.html");
      return file === undefined ? context.text(NOT_BUILT, 503) : answerFile(context, file);
    });
  }
  routes.get("/api/v1/coverage", async (context) => {
    const stream = await api.coverage();
    return stream === undefined ? notYet(context) : answerJson(context, stream);
  });
  routes.notFound((context) => problem(context, 404, "not found: there are /, /api/v1/coverage"));
  routes.onError((error, context) => {
    onError(error);
    return problem(context, 500, "the daemon failed to answer: its log says why");
  });
  return routes;
}

function answerFile(context: Context, { type, etag, plain, gzipped }: PageFile): Response {
  const headers = { "content-type": type, etag, "cache-control": "no-cache", vary: "accept-encoding" };
  if (context.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers });
  return takesGzip(context)
    ? new Response(gzipped, { headers: { ...headers, "content-encoding": "gzip" } })
    : new Response(plain, { headers });
}

function answerJson(context: Context, stream: ReadableStream<Uint8Array<ArrayBuffer>>): Response {
  const headers = { "content-type": "application/json", "cache-control": "no-store", vary: "accept-encoding" };
  if (!takesGzip(context)) return new Response(stream, { headers });
  const gzipped = stream.pipeThrough(new CompressionStream("gzip"));
  return new Response(gzipped, { headers: { ...headers, "content-encoding": "gzip" } });
}

function takesGzip({ req }: Context): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(req.header("accept-encoding") ?? "");
}

function notYet(context: Context): Response {
  context.header("retry-after", "2");
  return problem(context, 503, NOT_YET);
}

/** `{error}`, with what a person can do about it. */
function problem(context: Context, status: 400 | 404 | 500 | 503, error: string): Response {
  context.header("cache-control", "no-store");
  return context.json({ error }, status);
}
