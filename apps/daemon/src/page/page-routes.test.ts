import type { TimelinesDocument, VolumeDocument } from "@k8s-snapshots/status-page/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChangeFeed } from "./change-feed.ts";
import { streamOf } from "./json-stream.ts";
import { createPageRoutes, type PageRoutesOptions } from "./page-routes.ts";

const file = (type: string, text: string) => {
  const plain = new TextEncoder().encode(text);
  return { type, etag: `"${text}"`, plain, gzipped: plain };
};
const files = new Map([
  ["index.html", file("text/html; charset=utf-8", "<p>page</p>")],
  ["page.css", file("text/css; charset=utf-8", "css")],
  ["page.js", file("text/javascript; charset=utf-8", "js")],
]);
const errors: unknown[] = [];
let changes: ChangeFeed;

beforeEach(() => {
  changes = new ChangeFeed({ mostListeners: 1 });
});
afterEach(() => changes[Symbol.dispose]());

function ask(path: string, init: RequestInit = {}, options: Partial<PageRoutesOptions> = {}): Promise<Response> {
  const api: PageRoutesOptions["api"] = {
    coverage: async (objects, limit) => streamOf([JSON.stringify({ objects: objects ?? "all", limit })]),
    timelines: async (objects) =>
      ({ now: 0, timelines: Object.fromEntries(objects.map((one) => [one, {}])) }) as TimelinesDocument,
    volume: async (object) => (object === "PersistentVolume/a" ? ({ schedule: object } as VolumeDocument) : "unknown"),
  };
  const routes = createPageRoutes({
    files: async () => files,
    api,
    changes,
    onError: (error) => errors.push(error),
    ...options,
  });
  return Promise.resolve(routes.request(path, init));
}

describe("the page's server", () => {
  it.each([
    ["/", "text/html; charset=utf-8", "<p>page</p>"],
    ["/index.html", "text/html; charset=utf-8", "<p>page</p>"],
    ["/page.css", "text/css; charset=utf-8", "css"],
    ["/page.js", "text/javascript; charset=utf-8", "js"],
  ])("serves %s", async (path, type, text) => {
    const response = await ask(path);
    expect(response.headers.get("content-type")).toBe(type);
    expect(await response.text()).toBe(text);
  });

  it("answers 304 to who has the file, and gzip only to who takes it", async () => {
    expect((await ask("/", { headers: { "if-none-match": '"<p>page</p>"' } })).status).toBe(304);
    const encodingOf = async (accepted: string) =>
      (await ask("/", { headers: { "accept-encoding": accepted } })).headers.get("content-encoding");
    expect(await encodingOf("br, gzip")).toBe("gzip");
    expect(await encodingOf("br")).toBeNull();
    expect(await encodingOf("gzip;q=0, br")).toBeNull();
  });

  it.each(["/", "/api/v1/coverage", "/nowhere", "/api/v1/events"])(
    "allows the page at %s nothing of others",
    async (path) => {
      const { headers } = await ask(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(policy).not.toContain("*");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  it("is only read", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      expect((await ask("/api/v1/coverage", { method })).status, method).toBe(405);
    }
    for (const path of ["/", "/api/v1/coverage", "/api/v1/events"]) {
      const response = await ask(path, { method: "HEAD" });
      expect([response.status, await response.text()], path).toEqual([200, ""]);
    }
  });

  it("answers for all volumes, for those that are named, and for one", async () => {
    expect(await (await ask("/api/v1/coverage")).json()).toEqual({ objects: "all" });
    expect(await (await ask("/api/v1/coverage?volume=a&volume=b%2Fc")).json()).toEqual({ objects: ["a", "b/c"] });
    expect(await (await ask("/api/v1/timelines?volume=a")).json()).toEqual({ now: 0, timelines: { a: {} } });
    expect(await (await ask("/api/v1/volumes/PersistentVolume/a")).json()).toEqual({ schedule: "PersistentVolume/a" });
    expect((await ask("/api/v1/volumes/PersistentVolume/b")).status).toBe(404);
  });

  it("names what may be asked for at most", async () => {
    const many = Array.from({ length: 101 }, (_, index) => `volume=${index}`).join("&");
    for (const path of [`/api/v1/coverage?${many}`, `/api/v1/timelines?${many}`, "/api/v1/timelines"]) {
      const response = await ask(path);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ error: "name 1 to 100 volumes: ?volume=OBJECT&volume=OBJECT" });
    }
  });

  it("answers for the first volumes alone, for who does not want to wait for the rest", async () => {
    expect(await (await ask("/api/v1/coverage?limit=100")).json()).toEqual({ objects: "all", limit: 100 });
    for (const limit of ["0", "-1", "1.5", "many", "", "99999999"]) {
      const response = await ask(`/api/v1/coverage?limit=${limit}`);
      expect(response.status, limit).toBe(400);
      expect(await response.json()).toEqual({ error: expect.stringContaining("?limit=100") });
    }
  });

  it("asks for patience while the volumes are not known", async () => {
    const nothing = async (): Promise<undefined> => undefined;
    const api = { coverage: nothing, timelines: nothing, volume: nothing };
    for (const path of ["/api/v1/coverage", "/api/v1/timelines?volume=a", "/api/v1/volumes/PersistentVolume/a"]) {
      const response = await ask(path, {}, { api });
      expect([response.status, response.headers.get("retry-after")], path).toEqual([503, "2"]);
    }
  });

  it("lets no more listen than it may, and says what to do instead", async () => {
    expect((await ask("/api/v1/events")).headers.get("content-type")).toBe("text/event-stream");
    const response = await ask("/api/v1/events");
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      error: "too many listen already: ask api/v1/coverage now and then instead",
    });
  });

  it("says how the page is built where it was not, and what failed in the log only", async () => {
    const response = await ask("/", {}, { files: async () => undefined });
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining("status-page build")]);
    const secret = new Error("a secret");
    const api = {
      coverage: () => Promise.reject(secret),
      timelines: async () => undefined,
      volume: async () => undefined,
    };
    const failed = await ask("/api/v1/coverage", {}, { api });
    expect([failed.status, await failed.json()]).toEqual([
      500,
      { error: "the daemon failed to answer: its log says why" },
    ]);
    expect(errors).toContain(secret);
  });
});
