import { connect } from "node:net";
import { expect, it } from "vitest";
import { startHttpServer } from "../src/http/http-server.ts";

/** `pnpm test` sends few, CI a hundred thousand. */
const REQUESTS = Number(process.env["HTTP_FUZZ_REQUESTS"] ?? 2_000);
const AT_ONCE = 32;

it(`http-1: ${REQUESTS} raw requests of any kind end nothing`, { timeout: 1_200_000 }, async () => {
  const errors: unknown[] = [];
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", onRejection);
  await using server = await startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      unhealthy: () => undefined,
      notReady: () => undefined,
      metrics: () => Promise.resolve({ text: "up 1\n", contentType: "text/plain" }),
      onError: (error) => void errors.push(error),
    },
  );
  const random = seededRandom(2_026);
  let left = REQUESTS;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left--;
      // The server ends a connection at the first request that it cannot read, so there is one on each.
      await exchange(server.port, rawRequest(random));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const response = await fetch(`http://127.0.0.1:${server.port}/livez`);
  process.off("unhandledRejection", onRejection);
  expect(response.status).toBe(200);
  expect(errors).toEqual([]);
  expect(rejections).toEqual([]);
});

/** Sends all, and waits until the server has ended the connection. */
function exchange(port: number, raw: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(raw, "latin1"));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.resume();
  });
}

const methods = ["GET", "HEAD", "POST", "OPTIONS", "CONNECT", "TRACE", "BREW", "get", "", "PRI", "G\u0000T"];
const targets = [
  ...["/livez", "/healthz", "/readyz", "/metrics", "/", "//", "///", "*", "", "/..", "/../../etc/passwd", "/livez/"],
  ...[
    "http://a/livez",
    "http://[::1",
    "http://",
    "//a",
    "//@",
    "/%",
    "/%00",
    "/%ZZ",
    "/\u00ff",
    "/a?b=%&c",
    "/#",
    "\\",
  ],
  ...["/livez?".padEnd(9_000, "a"), "/metrics HTTP/1.1\r\nx", "javascript:1", "http://a:99999/", "//:80", "http:///"],
];
const versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "", "HTTP/1.1 HTTP/1.1", "http/1.1"];
const headers = [
  ...[
    "host: a",
    "host: a",
    "host: a",
    "Host:",
    "host: a b",
    "host: [::1",
    "host: a:b",
    "host: \u00ff",
    "host: a\r\nhost: b",
  ],
  ...[
    "content-length: 5",
    "content-length: -1",
    "content-length: a",
    "transfer-encoding: chunked",
    "transfer-encoding: x",
  ],
  ...["connection: close", "connection: keep-alive", "connection: upgrade\r\nupgrade: h2c", "expect: 100-continue"],
  ...[
    "accept: */*",
    "range: bytes=0-",
    "if-none-match: *",
    ": a",
    "a",
    " a: b",
    "a\u0000: b",
    `x: ${"y".repeat(4_000)}`,
  ],
];
const bodies = ["", "", "", "hello", "5\r\nhello\r\n0\r\n\r\n", "zz\r\n", "\u0000\u0001\u0002"];

function rawRequest(random: () => number): string {
  const pick = (items: readonly string[]): string => items[Math.floor(random() * items.length)] as string;
  const lines = Array.from({ length: Math.floor(random() * 5) }, () => pick(headers));
  const ending = random() < 0.9 ? "\r\n" : pick(["\n", "\r", ""]);
  const request = [`${pick(methods)} ${pick(targets)} ${pick(versions)}`, ...lines, "", pick(bodies)].join(ending);
  if (random() < 0.8) return request;
  const at = Math.floor(random() * request.length);
  return request.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + request.slice(at + 1);
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
