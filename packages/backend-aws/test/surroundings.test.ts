import { mkdtemp, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { describeSurroundings } from "../../../test-support/cloud-surroundings.ts";
import { type ReceivedRequest, startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { proxyVariables, startTunnelProxy } from "../../../test-support/tunnel-proxy.ts";
import { AwsBackend } from "../src/aws-backend.ts";
import { parseAwsConfig } from "../src/aws-config.ts";
import { createEc2Api } from "../src/ec2-client.ts";
import { createInstanceRegion } from "../src/instance-region.ts";
import { answerLimits } from "../src/sdk-answer.ts";

const nothing = "<DescribeSnapshotsResponse><snapshotSet/></DescribeSnapshotsResponse>";

/** For a minute, so that the SDK asks again each time. */
const soon = new Date(Date.now() + 60_000).toISOString();

const shortLived = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>
  <Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>not-a-real-key</SecretAccessKey>
  <SessionToken>not-a-real-token</SessionToken><Expiration>${soon}</Expiration></Credentials>
  </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;

const instanceCredentials = {
  Code: "Success",
  AccessKeyId: "ASIAEXAMPLE",
  SecretAccessKey: "not-a-real-key",
  Token: "not-a-real-token",
  Expiration: "2099-01-01T00:00:00Z",
};

describeSurroundings({
  entry: new URL("../src/index.ts", import.meta.url),
  location: "eu-west-1",
  environment: (url) => ({
    AWS_ENDPOINT_URL_EC2: url,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "not-a-real-key",
  }),
  answer: (_, response) => response.writeHead(200, { "content-type": "text/xml" }).end(nothing),
});

const keys = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "not-a-real-key" };

/** What decides by itself where credentials come from, and which the machine may have set. */
const others = [
  ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  ...["AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"],
  ...["AWS_EC2_METADATA_DISABLED", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", ...proxyVariables],
];

describe("which endpoint is asked", () => {
  test.each([
    ["us-east-1", {}, "ec2.us-east-1.amazonaws.com"],
    ["us-east-1", { AWS_USE_FIPS_ENDPOINT: "true" }, "ec2-fips.us-east-1.amazonaws.com"],
    ["us-east-1", { AWS_USE_DUALSTACK_ENDPOINT: "true" }, "ec2.us-east-1.api.aws"],
    ["us-east-1", { AWS_USE_FIPS_ENDPOINT: "true", AWS_USE_DUALSTACK_ENDPOINT: "true" }, "ec2-fips.us-east-1.api.aws"],
    ["us-gov-west-1", { AWS_USE_FIPS_ENDPOINT: "true" }, "ec2.us-gov-west-1.amazonaws.com"],
    ["cn-north-1", {}, "ec2.cn-north-1.amazonaws.com.cn"],
    ["eusc-de-east-1", {}, "ec2.eusc-de-east-1.amazonaws.eu"],
    ["us-iso-east-1", {}, "ec2.us-iso-east-1.c2s.ic.gov"],
  ])("in %s with %o: %s", async (region, variables, host) => {
    const proxy = await startTunnelProxy();
    const list = open({ ...keys, ...variables, HTTPS_PROXY: proxy.url }, region);
    await expect(list()).rejects.toMatchObject({ code: expect.stringMatching(/unavailable|unexpected/) });
    expect(proxy.tunnels).toEqual([`${host}:443`]);
  });
});

describe("the pod's web identity", () => {
  test("goes to STS through HTTPS_PROXY, too", async () => {
    const proxy = await startTunnelProxy();
    const identity = { ...(await webIdentity()), AWS_ENDPOINT_URL_STS: "https://sts.cloud.test" };
    await expect(open({ ...identity, HTTPS_PROXY: proxy.url }, "eu-west-1", 5_000)()).rejects.toBeDefined();
    expect(new Set(proxy.tunnels)).toEqual(new Set(["sts.cloud.test:443"]));
  }, 60_000);

  test("is read from its file again when the credentials run out", async () => {
    const sts = await startLoopbackServer((_, response) => response.end(shortLived));
    const ec2 = await startLoopbackServer((_, response) => response.end(nothing));
    const identity = await webIdentity();
    const list = open({ ...identity, AWS_ENDPOINT_URL_STS: sts.url, AWS_ENDPOINT_URL_EC2: ec2.url });
    await list();
    await writeFile(identity.AWS_WEB_IDENTITY_TOKEN_FILE, "second-token");
    await list();
    const tokens = sts.requests.map(({ body }) => new URLSearchParams(body).get("WebIdentityToken"));
    expect([...new Set(tokens)]).toEqual(["first-token", "second-token"]);
    expect(ec2.requests).toHaveLength(2);
  });
});

describe("IPv6 alone", () => {
  test("gives the instance's role by its metadata", async () => {
    const metadata = await startLoopbackServer(answerMetadata, { host: "::1" });
    const ec2 = await startLoopbackServer((_, response) => response.end(nothing), { host: "::1" });
    const list = open({ AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url, AWS_ENDPOINT_URL_EC2: ec2.url });
    await list();
    expect(ec2.requests[0]?.headers.authorization).toContain("Credential=ASIAEXAMPLE/");
  });

  test("gives the instance's region by its metadata", async () => {
    const metadata = await startLoopbackServer(answerMetadata, { host: "::1" });
    expect(await createInstanceRegion(metadata.url)()).toBe("eu-west-1");
  });
});

describe("a token server that never answers is an error within the time limit", () => {
  const silent = { AWS_ENDPOINT_URL_EC2: "http://127.0.0.1:1" };

  test("STS", async () => {
    const { url } = await startLoopbackServer(() => {});
    const list = open({ ...silent, ...(await webIdentity()), AWS_ENDPOINT_URL_STS: url }, "eu-west-1", 100);
    await expect(list()).rejects.toMatchObject({
      code: "unavailable",
      outcome: "not-done",
      message: expect.stringMatching(/sts:AssumeRoleWithWebIdentity says TimeoutError .*make it reachable/),
    });
  });

  test("the EKS Pod Identity agent", async () => {
    const { url } = await startLoopbackServer(() => {});
    const list = open({ ...silent, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials` }, "eu-west-1", 100);
    await expect(list()).rejects.toMatchObject({ code: "unavailable", outcome: "not-done" });
  });

  test("the instance metadata, which may as well not be there", async () => {
    const { url } = await startLoopbackServer(() => {});
    const list = open({ ...silent, AWS_EC2_METADATA_SERVICE_ENDPOINT: url }, "eu-west-1", 100);
    await expect(list()).rejects.toMatchObject({
      code: "unauthenticated",
      message: expect.stringContaining("the instance metadata says TimeoutError"),
    });
  });

  test("and an abort does not wait for it", async () => {
    const reached = Promise.withResolvers<void>();
    const { url } = await startLoopbackServer(() => reached.resolve());
    const list = open({ ...silent, ...(await webIdentity()), AWS_ENDPOINT_URL_STS: url });
    const abort = new AbortController();
    const listing = list(abort.signal);
    const aborted = expect(listing).rejects.toMatchObject({ code: "aborted" });
    await reached.promise;
    abort.abort();
    await aborted;
  });
});

/** Lists with these variables and none of this machine's, as a daemon in their midst would. */
function open(
  environment: Readonly<Record<string, string>>,
  location = "eu-west-1",
  credentialsMs = answerLimits.credentialsMs,
): (signal?: AbortSignal) => Promise<unknown> {
  onTestFinished(() => void vi.unstubAllEnvs());
  const files = { AWS_CONFIG_FILE: "/nonexistent", AWS_SHARED_CREDENTIALS_FILE: "/nonexistent" };
  for (const variable of others) vi.stubEnv(variable, undefined);
  for (const [variable, value] of Object.entries({ ...files, ...environment })) vi.stubEnv(variable, value);
  const config = parseAwsConfig(environment);
  const limits = { ...answerLimits, credentialsMs };
  const backend = new AwsBackend(config, { openRegion: (region) => createEc2Api(region, config, limits) });
  onTestFinished(() => backend.close());
  const labels = { "created-by": "k8s-snapshots" };
  return (signal) => Array.fromAsync(backend.listSnapshots({ location, labels }, signal && { signal }));
}

async function webIdentity() {
  const folder = await mkdtemp(join(tmpdir(), "token-"));
  onTestFinished(() => removeFolder(folder));
  await writeFile(join(folder, "token"), "first-token");
  return {
    AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "token"),
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/backup",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

function answerMetadata({ path = "" }: ReceivedRequest, response: ServerResponse): void {
  if (path.endsWith("/placement/region")) response.end("eu-west-1");
  else if (path.endsWith("/security-credentials/")) response.end("backup");
  else if (path.endsWith("/security-credentials/backup")) response.end(JSON.stringify(instanceCredentials));
  else response.end("a-metadata-token");
}
