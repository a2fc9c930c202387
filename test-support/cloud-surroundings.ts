import { execFile } from "node:child_process";
import type { ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReceivedRequest, startLoopbackServer } from "./loopback-server.ts";
import { createPrivateAuthority, type PrivateAuthority } from "./private-authority.ts";
import { startRefusingProxy, startTunnelProxy } from "./tunnel-proxy.ts";

/** A cloud's backend, and how its API answers a list of no snapshots. */
export interface CloudUnderTest {
  /** The package's entry file. */
  readonly entry: URL;
  readonly location: string;

  /** All that the backend is set to, its API at this URL; credentials need no server. */
  readonly environment: (url: string) => Readonly<Record<string, string>>;

  readonly answer: (request: ReceivedRequest, response: ServerResponse) => void;
}

type Outcome = { readonly listed: number } | { readonly code: string; readonly message: string };

/** Ten times what a child takes on a quiet machine. */
const timeout = 60_000;

/** What every cloud's backend does behind a proxy, a private authority, and where there is IPv6 only. */
export function describeSurroundings({ entry, location, environment, answer }: CloudUnderTest): void {
  let authority: PrivateAuthority;

  /** Lists in a process with these variables, and none of this machine's. */
  async function list(url: string, variables: Readonly<Record<string, string>>): Promise<Outcome> {
    const fixture = fileURLToPath(new URL("./list-in-child.fixture.ts", import.meta.url));
    const parameters = ["--conditions=@k8s-snapshots/source", fixture, entry.href, location];
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const env = { ...environment(url), ...variables, PATH, NODE_COMPILE_CACHE };
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { env });
    return JSON.parse(stdout);
  }

  describe("surroundings", { timeout }, () => {
    beforeAll(async () => {
      authority = await createPrivateAuthority();
    }, timeout);
    afterAll(() => authority[Symbol.asyncDispose]());

    it("a server of a private authority is not trusted without NODE_EXTRA_CA_CERTS, and nothing is sent", async () => {
      const { url, requests } = await startLoopbackServer(answer, { tls: authority.server });
      expect(await list(url, {})).toMatchObject({ message: expect.stringMatching(/certificate|CERT/i) });
      expect(requests).toEqual([]);
    });

    it("a server of a private authority is trusted with NODE_EXTRA_CA_CERTS, by IPv6 alone too", async () => {
      const { url, requests } = await startLoopbackServer(answer, { tls: authority.server, host: "::1" });
      expect(await list(url, { NODE_EXTRA_CA_CERTS: authority.file })).toEqual({ listed: 0 });
      expect(requests.length).toBeGreaterThan(0);
    });

    it("requests go through HTTPS_PROXY, in a tunnel, and past it to hosts that NO_PROXY names", async () => {
      const { url, requests } = await startLoopbackServer(answer, { tls: authority.server });
      const proxy = await startTunnelProxy({ "cloud.test:443": Number(new URL(url).port) });
      const variables = { NODE_EXTRA_CA_CERTS: authority.file, HTTPS_PROXY: proxy.url };
      expect(await list("https://cloud.test", variables)).toEqual({ listed: 0 });
      expect(new Set(proxy.tunnels)).toEqual(new Set(["cloud.test:443"]));
      const through = [proxy.tunnels.length, requests.length];
      expect(await list(url, { ...variables, NO_PROXY: "example.com,127.0.0.1" })).toEqual({ listed: 0 });
      expect([proxy.tunnels.length, requests.length > (through[1] ?? 0)]).toEqual([through[0], true]);
    });

    it("a proxy that refuses is an error that does not tell the password for it", async () => {
      const proxy = await startRefusingProxy();
      const { host } = new URL(proxy.url);
      const outcome = await list("https://cloud.test", { HTTPS_PROXY: `http://me:hunter2@${host}` });
      expect(proxy.tunnels).toEqual(["cloud.test:443"]);
      expect(outcome).toMatchObject({ code: expect.any(String), message: expect.any(String) });
      expect(JSON.stringify(outcome)).not.toMatch(/hunter2|bWU6aHVudGVyMg/);
    });

    it("a proxy that is away is an error of the network", async () => {
      expect(await list("https://cloud.test", { HTTPS_PROXY: "http://127.0.0.1:1" })).toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("ECONNREFUSED"),
      });
    });
  });
}
