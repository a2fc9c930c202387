import { mkdtemp, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { BackendError } from "@k8s-snapshots/backend-api";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ReceivedRequest, startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import { type AwsIdentity, identityOf } from "./aws-identity.ts";
import { CredentialsError } from "./credentials-error.ts";
import { createEc2Api } from "./ec2-client.ts";

const roleArn = "arn:aws:iam::123456789012:role/backup";
const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJub3QtYS1yZWFsLXRva2VuIn0.bm90LWEtcmVhbC1zaWduYXR1cmU";
const request = {
  disk: { location: "eu-west-1", id: "vol-0123456789abcdef0" },
  name: "data-1",
  description: "",
  labels: { "created-by": "k8s-snapshots" },
  idempotencyKey: "key-1",
};

describe("aws-4: STS answers to the web identity", () => {
  test.each<[number, string, string, string]>([
    [400, "InvalidIdentityToken", "unauthenticated", "OIDC issuer as an identity provider in IAM"],
    [403, "AccessDenied", "unauthenticated", `check that ${roleArn} exists and that its trust policy`],
    [400, "ExpiredTokenException", "unauthenticated", "restart the pod"],
    [403, "IDPRejectedClaim", "unauthenticated", "holds a new token"],
    [403, "RegionDisabledException", "unauthenticated", "activate STS for this region"],
    [400, "SomethingNew", "unauthenticated", "eks.amazonaws.com/role-arn"],
  ])("with %d %s, which is named, with the call, the role and what to do", async (status, name, code, fix) => {
    const error = await failWith((_, response) =>
      response
        .writeHead(status, { "content-type": "text/xml" })
        .end(`<ErrorResponse><Error><Code>${name}</Code><Message>No: ${token}</Message></Error></ErrorResponse>`),
    );
    expect(error).toMatchObject({ code, outcome: "not-done", scope: "account", retryable: false });
    expect(error.message).toContain("ec2:CreateSnapshot of vol-0123456789abcdef0 in eu-west-1");
    expect(error.message).toContain(`the role ${roleArn}`);
    expect(error.message).toContain(`sts:AssumeRoleWithWebIdentity says ${name}`);
    expect(error.message).toContain('("No: (token)")');
    expect(error.message).toContain(fix);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("eyJ");
  });
});

describe("aws-4: no credentials come", () => {
  const failure = (name: string, fields: object = {}): Error => Object.assign(new Error("No."), { name, ...fields });
  const irsa = identityOf({ AWS_WEB_IDENTITY_TOKEN_FILE: "/token", AWS_ROLE_ARN: roleArn });
  const agent = identityOf({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials" });

  test.each<[string, AwsIdentity, Error, string, string]>([
    [
      "the token cannot be read",
      irsa,
      failure("Error", { code: "ENOENT" }),
      "unauthenticated",
      "that /token can be read",
    ],
    ["STS cannot be reached", irsa, failure("Error", { code: "ECONNREFUSED" }), "unavailable", "make STS reachable"],
    ["STS fails", irsa, failure("InternalFailure", { $metadata: { httpStatusCode: 500 } }), "unavailable", "STS"],
    ["STS throttles", irsa, failure("Throttling"), "throttled", "tried again"],
    ["the issuer cannot be reached", irsa, failure("IDPCommunicationErrorException"), "unavailable", "OIDC issuer"],
    ["Pod Identity has none", agent, failure("CredentialsProviderError"), "unauthenticated", "EKS Pod Identity assoc"],
    ["the instance has no role", identityOf({}), failure("CredentialsProviderError"), "unauthenticated", "hop limit 2"],
    ["a profile is wrong", identityOf({ AWS_PROFILE: "x" }), failure("Error"), "unauthenticated", "AWS_PROFILE"],
    [
      "nothing is set",
      identityOf({ AWS_EC2_METADATA_DISABLED: "true" }),
      failure("CredentialsProviderError"),
      "unauthenticated",
      "set AWS_ACCESS_KEY_ID",
    ],
  ])("because %s", (_, identity, reason, code, fix) => {
    const error = new CredentialsError(reason, identity).toBackendError("ec2:CreateSnapshot of vol-1");
    expect(error).toMatchObject({ code, outcome: "not-done" });
    expect(error.message).toContain(identity.text);
    expect(error.message).toContain(fix);
  });
});

test("aws-5: the account is that of the role that STS gave", async () => {
  const ec2 = await startLoopbackServer((_, response) =>
    response
      .writeHead(400)
      .end(
        "<Response><Errors><Error><Code>InvalidVolume.NotFound</Code><Message>No.</Message></Error></Errors></Response>",
      ),
  );
  const error = await failWith(
    (_, response) =>
      response.end(`<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>
        <Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>not-a-real-key</SecretAccessKey>
        <SessionToken>not-a-real-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
        <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/backup/me</Arn></AssumedRoleUser>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`),
    ec2.url,
  );
  expect(error.message).toContain("it is not in region eu-west-1 of account 123456789012");
});

/** A creation, with a pod's web identity, on an STS that answers so. */
async function failWith(
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
  ec2 = "http://127.0.0.1:1",
): Promise<BackendError> {
  const folder = await mkdtemp(join(tmpdir(), "token-"));
  onTestFinished(() => removeFolder(folder));
  await writeFile(join(folder, "token"), token);
  const sts = await startLoopbackServer(answer);
  const environment = {
    AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "token"),
    AWS_ROLE_ARN: roleArn,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
  };
  for (const variable of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) vi.stubEnv(variable, undefined);
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const config = parseAwsConfig({ ...environment, AWS_ENDPOINT_URL_EC2: ec2 });
  const backend = new AwsBackend(config, { openRegion: (region) => createEc2Api(region, config) });
  onTestFinished(() => backend.close());
  return backend.createSnapshot(request).then(
    () => expect.unreachable(),
    (error: BackendError) => error,
  );
}
