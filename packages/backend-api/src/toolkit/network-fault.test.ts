import { once } from "node:events";
import { createServer, get } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { brokenConnection, networkFaultOf } from "./network-fault.ts";

it.each([
  ["EHOSTUNREACH", "connect", false],
  ["EHOSTUNREACH", "read", true],
  ["ENETUNREACH", "connect", false],
  ["EHOSTUNREACH", undefined, true],
  ["ETIMEDOUT", "connect", false],
  ["ETIMEDOUT", "read", true],
  ["ECONNREFUSED", undefined, false],
  ["ENOTFOUND", "getaddrinfo", false],
  ["EAI_AGAIN", "getaddrinfo", false],
  ["ECONNRESET", "read", true],
  ["ECONNRESET", undefined, true],
  ["EPIPE", "write", true],
  ["UND_ERR_SOCKET", undefined, true],
  ["UND_ERR_CONNECT_TIMEOUT", undefined, false],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", undefined, false],
  ["CERT_HAS_EXPIRED", undefined, false],
  ["ERR_TLS_CERT_ALTNAME_INVALID", undefined, false],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", undefined, false],
])("net-1: after %s in %s a request may have arrived: %s", (code, syscall, mayHaveArrived) => {
  const low = Object.assign(new Error("low"), { code, syscall });
  const ofAxios = Object.assign(new Error("of axios", { cause: low }), { code, config: {} });
  const ofFetch = new TypeError("fetch failed", { cause: new AggregateError([new Error("first"), low]) });
  for (const error of [low, ofAxios, ofFetch]) {
    expect(networkFaultOf(error)).toEqual({ code, reason: expect.stringContaining(`(${code})`), mayHaveArrived });
  }
});

it.each([
  [undefined],
  ["text"],
  [new Error("no code")],
  [Object.assign(new Error("odd"), { code: "secret token" })],
  [Object.assign(new Error("odd"), { code: 7 })],
  [Object.assign(new Error("a file"), { code: "ENOENT" })],
  [Object.assign(new Error("a mistake"), { code: "ERR_INVALID_URL" })],
])("net-1: %s is not a network fault", (error) => {
  expect(networkFaultOf(error)).toBeUndefined();
});

it("net-1: where nothing is known, the request may have arrived", () => {
  expect(brokenConnection).toEqual({ code: "", reason: "the connection broke", mayHaveArrived: true });
});

it("net-1: of several addresses the one counts that may have got the request", () => {
  const fault = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall });
  const refused = fault("ECONNREFUSED", "connect");
  const noRoute = fault("EHOSTUNREACH", "connect");
  expect(networkFaultOf(new AggregateError([refused, noRoute]))).toMatchObject({
    code: "EHOSTUNREACH",
    mayHaveArrived: false,
  });
  expect(networkFaultOf(new AggregateError([fault("ECONNRESET", "read"), refused]))).toMatchObject({
    code: "ECONNRESET",
    mayHaveArrived: true,
  });
});

it("net-1: ends where causes go in a circle", () => {
  const error = new Error("round");
  error.cause = error;
  expect(networkFaultOf(error)).toBeUndefined();
});

it("net-1: knows what Node itself reports of a port that nobody listens to, and of a connection that is cut", async () => {
  const closed = createSocketServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, "close");
  expect(networkFaultOf(await errorOf(port))?.mayHaveArrived).toBe(false);

  const cutting = createServer((_, response) => response.destroy()).listen(0, "127.0.0.1");
  onTestFinished(() => void cutting.close());
  await once(cutting, "listening");
  const reason = "the connection was reset (ECONNRESET)";
  const error = await errorOf((cutting.address() as AddressInfo).port);
  expect(networkFaultOf(error)).toEqual({ code: "ECONNRESET", reason, mayHaveArrived: true });
});

async function errorOf(port: number): Promise<unknown> {
  const [error] = await once(get({ host: "127.0.0.1", port, agent: false }), "error");
  return error;
}
