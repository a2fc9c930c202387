import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type LoopbackServer,
  type ReceivedRequest,
  startLoopbackServer,
} from "../../../test-support/loopback-server.ts";
import { pageXml } from "../test/snapshot-xml.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import { createEc2Api } from "./ec2-client.ts";
import type { AnswerLimits } from "./sdk-answer.ts";

const request = {
  disk: { location: "eu-west-1", id: "vol-0123456789abcdef0" },
  name: "data-1",
  description: "",
  labels: { "created-by": "k8s-snapshots" },
  idempotencyKey: "key-1",
};
const created = `<CreateSnapshotResponse><snapshotId>snap-0123456789abcdef0</snapshotId>
  <volumeId>vol-0123456789abcdef0</volumeId><status>pending</status><startTime>2026-11-23T12:00:00.000Z</startTime>
  <volumeSize>8</volumeSize></CreateSnapshotResponse>`;

const refuse = (status: number, code: string) => (_: ReceivedRequest, response: ServerResponse) =>
  response
    .writeHead(status, { "content-type": "text/xml" })
    .end(
      `<Response><Errors><Error><Code>${code}</Code><Message>No.</Message></Error></Errors><RequestID>1</RequestID></Response>`,
    );

describe("EC2 refuses", () => {
  test.each<[number, string, object]>([
    [503, "RequestLimitExceeded", { code: "throttled", retryable: true, outcome: "not-done" }],
    [400, "SnapshotCreationPerVolumeRateExceeded", { code: "throttled", retryAfterMs: 15_000, outcome: "not-done" }],
    [400, "ConcurrentSnapshotLimitExceeded", { code: "limit-reached", retryable: true, outcome: "not-done" }],
    [400, "InvalidVolume.NotFound", { code: "not-found", retryable: false, outcome: "not-done" }],
    [403, "UnauthorizedOperation", { code: "forbidden", retryable: false, outcome: "not-done" }],
    [400, "RequestExpired", { code: "unauthenticated", retryable: false, outcome: "not-done" }],
    [500, "InternalError", { code: "unavailable", retryable: true, outcome: "unknown" }],
  ])("with %d %s, and is not asked again", async (status, code, expected) => {
    const { backend, server } = await open(refuse(status, code));
    await expect(backend.createSnapshot(request)).rejects.toMatchObject({
      ...expected,
      message: expect.stringContaining(`ec2:CreateSnapshot of vol-0123456789abcdef0 in eu-west-1: ${code}`),
      cause: expect.objectContaining({ code, status }),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe("whether it is done is unknown", () => {
  test.each<[string, string, (request: ReceivedRequest, response: ServerResponse) => void]>([
    ["if the connection is cut after the request", "unavailable", (_, response) => void response.socket?.destroy()],
    [
      "if the answer is cut short",
      "unavailable",
      (_, response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("<CreateSnapshotResponse>", () => response.socket?.destroy());
      },
    ],
    ["if a proxy fails", "unavailable", (_, response) => response.writeHead(502).end("<html>Bad Gateway</html>")],
    ["if the answer lacks the snapshot", "unexpected", (_, response) => response.end("<CreateSnapshotResponse/>")],
    ["if the answer is no XML", "unexpected", (_, response) => response.end("done")],
  ])("%s", async (_, code, answer) => {
    const { backend, server } = await open(answer);
    await expect(backend.createSnapshot(request)).rejects.toMatchObject({ code, outcome: "unknown" });
    expect(server.requests).toHaveLength(1);
  });
});

describe("net-2: an answer that is too much is given up", () => {
  const limits = { pageBytes: 10_000, bytes: 1000, ms: 50, credentialsMs: 30_000 };
  const endless = (chunk: string) => (_: ReceivedRequest, response: ServerResponse) => {
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", write);
    write();
  };

  test.each<[string, (request: ReceivedRequest, response: ServerResponse) => void]>([
    ["one without end", endless("<a>".repeat(1000))],
    ["a refusal without end", (request, response) => endless("x".repeat(1000))(request, response.writeHead(500))],
    ["one that is too long", (_, response) => response.end(created + " ".repeat(1000))],
  ])("%s", async (_, answer) => {
    const server = await startLoopbackServer(answer);
    const backend = backendAt(server.url, { ...limits, ms: 60_000 });
    await expect(backend.createSnapshot(request)).rejects.toMatchObject({
      code: "unexpected",
      outcome: "unknown",
      message: expect.stringContaining("more than 1000 bytes"),
    });
  });

  test("one that does not end in time", async () => {
    const server = await startLoopbackServer((_, response) => response.write(created));
    const backend = backendAt(server.url, limits);
    await expect(backend.createSnapshot(request)).rejects.toMatchObject({ code: "unavailable", outcome: "unknown" });
  });

  test("one that the caller does not want any more", async () => {
    const caller = new AbortController();
    const server = await startLoopbackServer((_, response) => response.write(created, () => caller.abort()));
    const backend = backendAt(server.url, { ...limits, ms: 60_000 });
    await expect(backend.createSnapshot(request, { signal: caller.signal })).rejects.toMatchObject({ code: "aborted" });
  });

  test("but a page may be longer", async () => {
    const page = pageXml({ Snapshots: [{ SnapshotId: "snap-1", Description: "x".repeat(5000) }] });
    const server = await startLoopbackServer((_, response) => response.end(page));
    const backend = backendAt(server.url, limits);
    const snapshots = await Array.fromAsync(backend.listSnapshots({ location: "eu-west-1", labels: {} }));
    expect(snapshots).toMatchObject([{ id: "snap-1", state: "unknown" }]);
  });
});

describe("what is no answer of EC2's to the call is no success", () => {
  test.each([
    ["a web page", "<html><body>Sign in</body></html>"],
    ["a web page with its type", "<!DOCTYPE html><html/>"],
    ["JSON", '{"return": true}'],
    ["nothing", ""],
    ["the answer to another call", created],
  ])("%s", async (_, body) => {
    const { backend } = await open((_, response) => response.end(body));
    const deletion = backend.deleteSnapshot({ id: "snap-0123456789abcdef0", location: "eu-west-1" });
    await expect(deletion).rejects.toMatchObject({
      code: "unexpected",
      outcome: "unknown",
      message: expect.stringContaining("instead of DeleteSnapshotResponse"),
    });
    const list = Array.fromAsync(backend.listSnapshots({ location: "eu-west-1", labels: { a: "b" } }));
    await expect(list).rejects.toMatchObject({ code: "unexpected" });
  });
});

test("what nobody listens to is not done", async () => {
  const backend = backendAt("http://127.0.0.1:1");
  await expect(backend.createSnapshot(request)).rejects.toMatchObject({ code: "unavailable", outcome: "not-done" });
});

test("an abort cuts the call short", async () => {
  const caller = new AbortController();
  const { backend } = await open(() => caller.abort());
  await expect(backend.createSnapshot(request, { signal: caller.signal })).rejects.toMatchObject({ code: "aborted" });
});

test("the credentials of the environment sign each call, frozen as they are", async () => {
  const { backend, server } = await open((_, response) => response.end(created));
  await backend.createSnapshot(request);
  expect(await backend.createSnapshot(request)).toMatchObject({
    id: "snap-0123456789abcdef0",
    state: "pending",
    createdAt: new Date("2026-11-23T12:00:00Z"),
  });
  expect(server.requests).toHaveLength(2);
  for (const { headers } of server.requests) {
    expect(headers.authorization).toMatch(/Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-west-1\/ec2\//);
    expect(headers["x-amz-security-token"]).toBe("not-a-real-token");
  }
});

test.each<[string, (request: ReceivedRequest, response: ServerResponse) => void, number]>([
  ["an answer", (_, response) => response.end(created), 1],
  ["a refusal", refuse(503, "RequestLimitExceeded"), 1],
  ["no answer", (_, response) => void response.socket?.destroy(), 0],
])("%s has its date handed on, where it has one", async (_, answer, count) => {
  const { backend } = await open((request, response) => {
    response.setHeader("date", "Mon, 23 Nov 2026 12:00:00 GMT");
    answer(request, response);
  });
  const dates: string[] = [];
  const onDate = (date: Date): void => void dates.push(date.toJSON());
  await backend.createSnapshot(request, { onDate }).catch(() => undefined);
  expect(dates).toEqual(Array(count).fill("2026-11-23T12:00:00.000Z"));
});

test.each(["", "yesterday"])("the date %j is not handed on", async (date) => {
  const { backend } = await open((_, response) => response.setHeader("date", date).end(created));
  await backend.createSnapshot(request, { onDate: () => expect.unreachable() });
});

test("without any credentials nothing is sent", async () => {
  for (const variable of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"]) {
    vi.stubEnv(variable, undefined);
  }
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await startLoopbackServer((_, response) => response.end(created));
  const config = parseAwsConfig({ AWS_ENDPOINT_URL_EC2: server.url });
  const backend = new AwsBackend(config, { openRegion: (region) => createEc2Api(region, config) });
  await expect(backend.createSnapshot(request)).rejects.toMatchObject({ code: "unauthenticated", outcome: "not-done" });
  expect(server.requests).toEqual([]);
});

async function open(
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
): Promise<{ backend: AwsBackend; server: LoopbackServer }> {
  const server = await startLoopbackServer(answer);
  return { backend: backendAt(server.url), server };
}

function backendAt(url: string, limits?: AnswerLimits): AwsBackend {
  const config = parseAwsConfig({
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "not-a-real-key",
    AWS_SESSION_TOKEN: "not-a-real-token",
    AWS_ENDPOINT_URL_EC2: url,
  });
  const backend = new AwsBackend(config, { openRegion: (region) => createEc2Api(region, config, limits) });
  onTestFinished(() => backend.close());
  return backend;
}
