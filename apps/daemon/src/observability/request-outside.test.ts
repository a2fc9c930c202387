import { describe, expect, it } from "vitest";
import { startLoopbackServer } from "../../../../test-support/loopback-server.ts";
import { isOutside, requestOutside } from "./request-outside.ts";

const anywhere = (): boolean => true;
const never = new AbortController().signal;

describe("an address", () => {
  it.each([
    ["93.184.216.34", true],
    ["10.0.0.1", true],
    ["2606:2800:220:1::1", true],
    ["127.0.0.1", false],
    ["127.9.9.9", false],
    ["0.0.0.0", false],
    ["169.254.169.254", false],
    ["100.100.100.200", false],
    ["::1", false],
    ["::", false],
    ["fe80::1", false],
    ["fd00:ec2::254", false],
    ["fd20:ce::254", false],
    ["::ffff:127.0.0.1", false],
    ["::ffff:169.254.169.254", false],
    ["not an address", false],
  ])("%s is outside: %s", (address, outside) => {
    expect(isOutside(address)).toBe(outside);
  });
});

describe("a request", () => {
  it.each([
    "http://127.0.0.1:1/",
    "http://[::1]:1/",
    "http://2130706433:1/",
    "http://localhost:1/",
    "http://[::ffff:7f00:1]:1/",
  ])("does not go to %s", async (url) => {
    await expect(requestOutside(new URL(url), never)).rejects.toThrow("leads to this machine");
  });

  it("is a GET, and its answer a status", async () => {
    const server = await startLoopbackServer((_, response) => response.writeHead(204).end());
    expect(await requestOutside(new URL(`${server.url}/check?key=1`), never, anywhere)).toBe(204);
    expect(server.requests).toMatchObject([{ method: "GET", path: "/check?key=1" }]);
  });

  it("is asked of the address that was looked at", async () => {
    const server = await startLoopbackServer((_, response) => response.end());
    const { port } = new URL(server.url);
    const seen: string[] = [];
    const look = (address: string): boolean => seen.push(address) > 0;
    expect(await requestOutside(new URL(`http://localhost:${port}/`), never, look)).toBe(200);
    expect(seen).toContain("127.0.0.1");
  });

  it("does not follow where it is sent", async () => {
    const elsewhere = await startLoopbackServer((_, response) => response.end());
    const server = await startLoopbackServer((_, response) =>
      response.writeHead(302, { location: elsewhere.url }).end(),
    );
    expect(await requestOutside(new URL(server.url), never, anywhere)).toBe(302);
    expect(elsewhere.requests).toEqual([]);
  });

  it("ends when the signal fires", async () => {
    const server = await startLoopbackServer(() => {});
    const stop = new AbortController();
    const request = requestOutside(new URL(server.url), stop.signal, anywhere);
    stop.abort();
    await expect(request).rejects.toThrow("abort");
  });
});
