import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type LoopbackServer,
  type ReceivedRequest,
  startLoopbackServer,
} from "../../../test-support/loopback-server.ts";
import { ec2Error, fakeEc2 } from "../test/fake-ec2.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import type { QuotaPage, QuotasApi } from "./quotas-api.ts";

const snapshots = { QuotaCode: "L-309BACF6", Value: 100_000 };
const pending = { QuotaCode: "L-94D7AB7D", Value: 100 };
const others = [
  { QuotaCode: "L-17C7B0A5", Value: 5 },
  { QuotaCode: "L-7A658B76", Value: 50.5 },
  { QuotaCode: "constructor", Value: 1 },
  {},
];

describe("what Service Quotas says", () => {
  test.each<[string, QuotaPage[], object]>([
    ["both", [{ Quotas: [...others, snapshots, pending] }], { maxSnapshots: 100_000, maxPending: 100 }],
    [
      "both, on two pages",
      [{ Quotas: [pending], NextToken: "2" }, { Quotas: [snapshots] }],
      { maxSnapshots: 100_000, maxPending: 100 },
    ],
    [
      "one of them",
      [{ Quotas: [...others, { QuotaCode: "L-309BACF6", Value: 0 }], NextToken: "" }],
      { maxSnapshots: 0 },
    ],
    ["neither", [{ Quotas: others }], {}],
    [
      "what is no count",
      [
        {
          Quotas: [
            { QuotaCode: "L-309BACF6", Value: -1 },
            { QuotaCode: "L-94D7AB7D", Value: 1.5 },
          ],
        },
      ],
      {},
    ],
    ["no value", [{ Quotas: [{ QuotaCode: "L-309BACF6" }] }], {}],
  ])("is read: %s", async (_, pages, expected) => {
    const { backend, quotas } = answering(...pages);
    expect(await backend.readLimits("eu-west-1")).toEqual(expected);
    expect(quotas.listServiceQuotas.mock.calls.map(([query]) => query)).toMatchObject(
      pages.map((_page, index) => ({ ServiceCode: "ebs", ...(index > 0 && { NextToken: "2" }) })),
    );
  });

  test.each<[string, QuotaPage[]]>([
    ["lacks its list", [{}]],
    [
      "goes round",
      [
        { Quotas: [], NextToken: "2" },
        { Quotas: [], NextToken: "2" },
      ],
    ],
  ])("is not believed if it %s", async (_, pages) => {
    const { backend } = answering(...pages);
    await expect(backend.readLimits("eu-west-1")).rejects.toMatchObject({ code: "unexpected" });
  });

  test.each([
    [
      "AccessDeniedException",
      400,
      { code: "forbidden", message: expect.stringContaining("allow servicequotas:ListServiceQuotas") },
    ],
    ["TooManyRequestsException", 400, { code: "throttled" }],
    ["ServiceException", 500, { code: "unavailable" }],
  ])("is an error: %s", async (name, status, expected) => {
    const { backend, quotas } = answering();
    quotas.listServiceQuotas.mockRejectedValue(ec2Error(name, status));
    await expect(backend.readLimits("eu-west-1")).rejects.toMatchObject(expected);
  });
});

test("each region has one client, which close() closes", async () => {
  const { backend, quotas, openQuotas } = answering({ Quotas: [] }, { Quotas: [] }, { Quotas: [] });
  for (const location of ["eu-west-1", "us-east-1", "eu-west-1"]) await backend.readLimits(location);
  expect(openQuotas.mock.calls).toEqual([["eu-west-1"], ["us-east-1"]]);
  await backend.close();
  expect(quotas.close).toHaveBeenCalledTimes(2);
});

test("a client that could not be loaded is asked for again", async () => {
  const { backend, openQuotas } = answering({ Quotas: [snapshots] });
  openQuotas.mockRejectedValueOnce(new Error("Cannot find module"));
  await expect(backend.readLimits("eu-west-1")).rejects.toMatchObject({ code: "unexpected" });
  expect(await backend.readLimits("eu-west-1")).toEqual({ maxSnapshots: 100_000 });
  await backend.close();
});

describe("the check of access", () => {
  const permission = "servicequotas:ListServiceQuotas";
  const purpose = "Only reading the quotas of EBS needs it: without it, AWS's own defaults hold.";

  test.each<[string, Error | QuotaPage, object]>([
    ["finds it granted", { Quotas: [] }, { permission, status: "granted", optional: true }],
    [
      "finds it missing",
      ec2Error("AccessDeniedException"),
      { permission, status: "missing", optional: true, detail: `Allow ${permission}. ${purpose}` },
    ],
    [
      "does not fail if Service Quotas cannot be reached",
      Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT" }),
      {
        permission,
        status: "unknown",
        optional: true,
        detail: expect.stringMatching(/^Service Quotas did not answer: .*ETIMEDOUT.* Only reading/),
      },
    ],
  ])("%s", async (_, answer, expected) => {
    const { backend, quotas } = answering();
    quotas.listServiceQuotas.mockImplementation(async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    });
    const { checks } = await backend.checkAccess("eu-west-1");
    expect(checks.at(-1)).toEqual(expected);
  });
});

describe("over the network", () => {
  test("the call is signed, and its date handed on", async () => {
    const body = JSON.stringify({ Quotas: [{ ...snapshots, QuotaName: "Snapshots per Region", Adjustable: true }] });
    const { backend, server } = await listen((_, response) =>
      response.setHeader("date", "Mon, 23 Nov 2026 12:00:00 GMT").end(body),
    );
    const dates: string[] = [];
    const limits = await backend.readLimits("eu-west-1", { onDate: (date) => void dates.push(date.toJSON()) });
    expect(limits).toEqual({ maxSnapshots: 100_000 });
    expect(dates).toEqual(["2026-11-23T12:00:00.000Z"]);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers).toMatchObject({
      "x-amz-target": "ServiceQuotasV20190624.ListServiceQuotas",
      authorization: expect.stringMatching(/Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-west-1\/servicequotas\//),
    });
  });

  test.each<[string, (request: ReceivedRequest, response: ServerResponse) => void, string]>([
    [
      "a refusal",
      (_, response) => response.writeHead(400).end('{"__type":"AccessDeniedException","message":"No."}'),
      "forbidden",
    ],
    ["throttling", (_, response) => response.writeHead(400).end('{"__type":"TooManyRequestsException"}'), "throttled"],
    ["a failure", (_, response) => response.writeHead(500).end("<html/>"), "unavailable"],
    ["a cut connection", (_, response) => void response.socket?.destroy(), "unavailable"],
    ["a web page", (_, response) => response.end("<html>Sign in</html>"), "unexpected"],
    ["nothing", (_, response) => response.end(), "unexpected"],
    ["too much", (_, response) => response.end(`{"Quotas":[]}${" ".repeat(2 ** 20)}`), "unexpected"],
  ])("%s is %s", async (_, answer, code) => {
    const { backend, server } = await listen(answer);
    await expect(backend.readLimits("eu-west-1")).rejects.toMatchObject({ code });
    expect(server.requests).toHaveLength(1);
  });

  test("an abort cuts it short", async () => {
    const caller = new AbortController();
    const { backend } = await listen(() => caller.abort());
    await expect(backend.readLimits("eu-west-1", { signal: caller.signal })).rejects.toMatchObject({ code: "aborted" });
  });
});

function answering(...pages: QuotaPage[]) {
  const left = [...pages];
  const quotas = {
    listServiceQuotas: vi.fn<QuotasApi["listServiceQuotas"]>(async () => left.shift() ?? expect.unreachable()),
    close: vi.fn<QuotasApi["close"]>(),
  };
  const openQuotas = vi.fn(async (_: string): Promise<QuotasApi> => quotas);
  const ec2 = fakeEc2();
  const allowed = ec2Error("DryRunOperation", 412);
  ec2.describeSnapshots.mockImplementation(async ({ DryRun }) =>
    DryRun ? Promise.reject(allowed) : { Snapshots: [] },
  );
  ec2.describeVolumes.mockImplementation(async ({ DryRun }) => (DryRun ? Promise.reject(allowed) : { Volumes: [] }));
  for (const method of ["createSnapshot", "createSnapshots", "deleteSnapshot", "createTags", "createVolume"] as const) {
    ec2[method].mockRejectedValue(allowed);
  }
  ec2.describeInstances.mockRejectedValue(allowed);
  return { backend: new AwsBackend(parseAwsConfig({}), { openRegion: () => ec2, openQuotas }), quotas, openQuotas };
}

async function listen(
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
): Promise<{ backend: AwsBackend; server: LoopbackServer }> {
  const server = await startLoopbackServer(answer);
  const config = parseAwsConfig({
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "not-a-real-key",
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: server.url,
  });
  const backend = new AwsBackend(config, { openRegion: fakeEc2 });
  onTestFinished(() => backend.close());
  return { backend, server };
}
