import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ReceivedRequest, startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import { createInstanceRegion } from "./instance-region.ts";

const tokenPath = "/latest/api/token";
const regionPath = "/latest/meta-data/placement/region";

/** The metadata of an instance: the region only for who shows the token, the token only for who asks as of version 2. */
const answer = (region: string) => (request: ReceivedRequest, response: ServerResponse) => {
  const { method, path, headers } = request;
  if (method === "PUT" && path === tokenPath && headers["x-aws-ec2-metadata-token-ttl-seconds"]) {
    response.end("the-token");
  } else if (method === "GET" && path === regionPath && headers["x-aws-ec2-metadata-token"] === "the-token") {
    response.end(region);
  } else {
    response.writeHead(401).end();
  }
};

test("a token is asked for, then with it the region, which is kept", async () => {
  const server = await startLoopbackServer(answer("eu-west-1\n"));
  const instanceRegion = createInstanceRegion(server.url);
  expect(await instanceRegion()).toBe("eu-west-1");
  expect(await instanceRegion()).toBe("eu-west-1");
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `PUT ${tokenPath}`,
    `GET ${regionPath}`,
  ]);
});

describe("there is no region", () => {
  test.each<[string, (request: ReceivedRequest, response: ServerResponse) => void]>([
    ["if the answer is none", answer("<html>a login page</html>")],
    ["if there is no token", (_, response) => response.writeHead(403).end("eu-west-1")],
    [
      "if there is a token but no region",
      ({ path }, response) => response.writeHead(path === tokenPath ? 200 : 404).end("eu-west-1"),
    ],
    [
      "if it leads elsewhere",
      ({ path }, response) =>
        path === "/elsewhere" ? response.end("eu-west-1") : response.writeHead(302, { location: "/elsewhere" }).end(),
    ],
    ["if the connection is cut", (_, response) => void response.socket?.destroy()],
  ])("%s", async (_, wrongly) => {
    const server = await startLoopbackServer(wrongly);
    expect(await createInstanceRegion(server.url)()).toBeUndefined();
    expect(server.requests.length).toBeGreaterThan(0);
  });

  test("when the time is up", async () => {
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
    onTestFinished(() => timeout.mockRestore());
    const server = await startLoopbackServer(() => limit.abort());
    expect(await createInstanceRegion(server.url)()).toBeUndefined();
    expect(timeout).toHaveBeenCalledExactlyOnceWith(1000);
  });

  test("when the caller aborts", async () => {
    const caller = new AbortController();
    const server = await startLoopbackServer(() => caller.abort());
    expect(await createInstanceRegion(server.url)(caller.signal)).toBeUndefined();
    expect(server.requests).toHaveLength(1);
  });
});

test("a failure is not kept", async () => {
  const state = { isUp: false };
  const server = await startLoopbackServer((request, response) =>
    state.isUp ? answer("eu-west-1")(request, response) : response.writeHead(503).end(),
  );
  const instanceRegion = createInstanceRegion(server.url);
  expect(await instanceRegion()).toBeUndefined();
  state.isUp = true;
  expect(await instanceRegion()).toBe("eu-west-1");
});

describe("of a volume that does not say its region", () => {
  const volume = {
    metadata: { name: "data" },
    spec: { awsElasticBlockStore: { volumeID: "vol-0123456789abcdef0" } },
  };
  const open = (environment: Record<string, string>): AwsBackend =>
    new AwsBackend(parseAwsConfig(environment), { openRegion: () => expect.unreachable() });

  test("it is the instance's", async () => {
    const server = await startLoopbackServer(answer("eu-west-1"));
    const backend = open({ AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url });
    expect(await backend.diskForVolume(volume)).toEqual({ location: "eu-west-1", id: "vol-0123456789abcdef0" });
  });

  test("nobody is asked with AWS_EC2_METADATA_DISABLED: it is an error that says what to set", async () => {
    const server = await startLoopbackServer(answer("eu-west-1"));
    const backend = open({ AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url, AWS_EC2_METADATA_DISABLED: "true" });
    await expect(backend.diskForVolume(volume)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/volume data.*topology\.kubernetes\.io\/region.*AWS_REGION/),
    });
    expect(server.requests).toEqual([]);
  });

  test("nobody is asked with AWS_REGION", async () => {
    const server = await startLoopbackServer(answer("eu-west-1"));
    const backend = open({ AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url, AWS_REGION: "us-east-1" });
    expect(await backend.diskForVolume(volume)).toMatchObject({ location: "us-east-1" });
    expect(server.requests).toEqual([]);
  });

  test("an abort while asking is `aborted`", async () => {
    const caller = new AbortController();
    const server = await startLoopbackServer(() => caller.abort());
    const backend = open({ AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url });
    await expect(backend.diskForVolume(volume, { signal: caller.signal })).rejects.toMatchObject({ code: "aborted" });
  });
});
