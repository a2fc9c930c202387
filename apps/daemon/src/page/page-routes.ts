import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { ChangeFeed } from "./change-feed.ts";
import { streamOf } from "./json-stream.ts";
import { onlyRead } from "./only-read.ts";
import type { PageApi } from "./page-api.ts";
import type { PageFile } from "./page-files.ts";
import { securityHeaders } from "./security-headers.ts";

/** What the page's server serves. */
export interface PageRoutesOptions {
  /** Reads the built page, when it is first asked for; `undefined`: it was not built. */
  readonly files: () => Promise<ReadonlyMap<string, PageFile> | undefined>;
  readonly api: Pick<PageApi, "coverage" | "timelines" | "volume">;
  readonly changes: Pick<ChangeFeed, "listen">;

  /** Called with what a route throws: the request is answered with 500. */
  readonly onError: (error: unknown) => void;
}

const NOT_BUILT = "the page was not built: pnpm --filter @k8s-snapshots/status-page build\n";
const NOT_FOUND =
  "not found: there are /, /api/v1/coverage, /api/v1/volumes/OBJECT, /api/v1/timelines and /api/v1/events";
const WRONG_LIMIT = "limit must be a whole number of volumes from 1 to 9999999: ?limit=100";
const NOT_YET = "the cluster's volumes are not known yet: ask again in a few seconds";

/** The page and its API, all below the address that it is reached at: it has no path of its own. */
export function createPageRoutes({ files, api, changes, onError }: PageRoutesOptions): Hono {
  const routes = new Hono();
  routes.use(onlyRead, securityHeaders);
  for (const name of ["", "index.html", "page.css", "page.js"]) {
    routes.get(`/${name}`, async (context) => {
      const file = (await files())?.get(name || "index.html");
      return file === undefined ? context.text(NOT_BUILT, 503) : answerFile(context, file);
    });
  }
  routes.get("/api/v1/coverage", async (context) => {
    const objects = context.req.queries("volume");
    if (objects !== undefined && objects.length > MOST_NAMED) return tooMany(context);
    const limit = context.req.query("limit");
    if (limit !== undefined && !/^[1-9]\d{0,6}$/.test(limit)) return problem(context, 400, WRONG_LIMIT);
    const stream = await api.coverage(objects, limit === undefined ? undefined : Number(limit));
    return stream === undefined ? notYet(context) : answerJson(context, stream);
  });
  routes.get("/api/v1/timelines", async (context) => {
    const objects = context.req.queries("volume") ?? [];
    if (objects.length === 0 || objects.length > MOST_NAMED) return tooMany(context);
    const timelines = await api.timelines(objects);
    return timelines === undefined ? notYet(context) : answerJson(context, streamOf([JSON.stringify(timelines)]));
  });
  routes.get("/api/v1/volumes/:object{.+}", async (context) => {
    const object = context.req.param("object");
    const volume = await api.volume(object);
    if (volume === undefined) return notYet(context);
    if (volume !== "unknown") return answerJson(context, streamOf([JSON.stringify(volume)]));
    return problem(context, 404, "there is no such volume, or it is not shown here: api/v1/coverage lists them");
  });
  routes.get("/api/v1/events", (context) => {
    if (context.req.method === "HEAD") return context.body(null, 200, streamHeaders);
    const stream = changes.listen(context.req.header("last-event-id"));
    if (stream !== undefined) return new Response(stream, { headers: streamHeaders });
    context.header("retry-after", "30");
    return problem(context, 503, "too many listen already: ask api/v1/coverage now and then instead");
  });
  routes.notFound((context) => problem(context, 404, NOT_FOUND));
  routes.onError((error, context) => {
    onError(error);
    return problem(context, 500, "the daemon failed to answer: its log says why");
  });
  return routes;
}

/** The same for a server of Node's. */
export function createPageAnswer(options: PageRoutesOptions): RequestListener {
  return getRequestListener(createPageRoutes(options).fetch);
}

/** Most volumes that one question may name: more than a screen has. */
const MOST_NAMED = 100;

/** What is between here and there must pass events on at once. */
const streamHeaders = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };

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

function tooMany(context: Context): Response {
  return problem(context, 400, `name 1 to ${MOST_NAMED} volumes: ?volume=OBJECT&volume=OBJECT`);
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
