import { describe, expect, test } from "vitest";
import { identityOf, identityUsed } from "./aws-identity.ts";

const irsa = {
  AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/backup",
};
const agent = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials" };
const keys = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "not-a-real-key" };

describe("aws-4: whose credentials are used", () => {
  test.each<[string, string, Record<string, string>]>([
    ["static-keys", "AWS_ACCESS_KEY_ID", { ...keys, ...irsa, ...agent }],
    ["profile", "the profile backup", { AWS_PROFILE: "backup", ...irsa }],
    ["web-identity", "the role arn:aws:iam::123456789012:role/backup, by the pod's web identity (IRSA)", irsa],
    ["web-identity", "IRSA", { ...irsa, ...agent }],
    ["pod-identity", "EKS Pod Identity", agent],
    [
      "pod-identity",
      "EKS Pod Identity",
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://[fd00:ec2::23]/v1/credentials" },
    ],
    ["container", "of the container", { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/x" }],
    ["container", "of the container", { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/1" }],
    ["instance-role", "the EC2 instance", { AWS_ROLE_ARN: irsa.AWS_ROLE_ARN }],
    ["none", "nobody", { AWS_EC2_METADATA_DISABLED: "TRUE" }],
  ])("is told by the environment: %s, %s", (kind, text, environment) => {
    const identity = identityOf(environment);
    expect(identity.kind).toBe(kind);
    expect(identity.text).toContain(text);
    expect(JSON.stringify(identity)).not.toMatch(/AKIA|not-a-real/);
  });

  test.each<[string, Record<string, string>, string]>([
    ["CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN", irsa, "by the pod's web identity (IRSA)"],
    ["CREDENTIALS_HTTP", agent, "EKS Pod Identity"],
    ["CREDENTIALS_IMDS", {}, "the role of the EC2 instance"],
    ["CREDENTIALS_IMDS", irsa, "the role of the EC2 instance"],
    ["CREDENTIALS_PROFILE", irsa, "a profile of the shared AWS files"],
    ["CREDENTIALS_PROFILE_SSO", { AWS_PROFILE: "backup" }, "the profile backup"],
    ["SOMETHING_NEW", irsa, "by the pod's web identity (IRSA)"],
  ])("is told by the credentials' mark %s, whatever the environment says", (mark, environment, text) => {
    expect(identityUsed(identityOf(environment), { $source: { [mark]: "x" } })).toContain(text);
  });

  test("is told with the account, where it is known", () => {
    expect(identityUsed(identityOf(agent), { accountId: "123456789012" })).toMatch(
      /association, account 123456789012$/,
    );
  });
});
