import { describe, expect, test } from "vitest";
import { type AwsConfig, parseAwsConfig } from "./aws-config.ts";
import { identityOf } from "./aws-identity.ts";

const AWS_ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
const AWS_SECRET_ACCESS_KEY = "not-a-real-key-0123456789";
const AWS_SESSION_TOKEN = "not-a-real-token-0123456789";
const secretsOf = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };

test("without any variable everything is left to the SDK and the instance metadata", () => {
  expect(parseAwsConfig({})).toEqual({
    region: undefined,
    endpoint: undefined,
    quotasEndpoint: undefined,
    credentials: undefined,
    identity: identityOf({}),
    csiDrivers: ["ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"],
    storageLocation: "region",
    metadataEndpoint: "http://169.254.169.254",
    proxy: {},
  });
});

describe("a variable is read", () => {
  test.each<[string, Record<string, string>, Partial<AwsConfig>]>([
    ["the region", { AWS_REGION: "eu-west-1" }, { region: "eu-west-1" }],
    ["the default region", { AWS_DEFAULT_REGION: "us-gov-west-1" }, { region: "us-gov-west-1" }],
    ["the region first", { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-east-1" }, { region: "eu-west-1" }],
    [
      "the endpoint",
      { AWS_ENDPOINT_URL: "http://all:5000" },
      { endpoint: "http://all:5000", quotasEndpoint: "http://all:5000" },
    ],
    ["EC2's endpoint", { AWS_ENDPOINT_URL_EC2: "https://ec2" }, { endpoint: "https://ec2" }],
    [
      "EC2's endpoint first",
      { AWS_ENDPOINT_URL: "http://all", AWS_ENDPOINT_URL_EC2: "http://ec2" },
      { endpoint: "http://ec2", quotasEndpoint: "http://all" },
    ],
    [
      "the endpoint of Service Quotas first",
      { AWS_ENDPOINT_URL: "http://all", AWS_ENDPOINT_URL_SERVICE_QUOTAS: "http://quotas/" },
      { endpoint: "http://all", quotasEndpoint: "http://quotas" },
    ],
    [
      "an endpoint, its last slashes cut",
      { AWS_ENDPOINT_URL: "http://all/ec2//" },
      { endpoint: "http://all/ec2", quotasEndpoint: "http://all/ec2" },
    ],
    ["credentials", { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }, { credentials: secretsOf }],
    [
      "credentials for a session",
      { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN },
      { credentials: { ...secretsOf, sessionToken: AWS_SESSION_TOKEN } },
    ],
    [
      "aws-1: further drivers",
      { AWS_CSI_DRIVERS: "ebs.csi.example.com" },
      { csiDrivers: ["ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "ebs.csi.example.com"] },
    ],
    ["where snapshots are kept", { AWS_SNAPSHOT_STORAGE_LOCATION: "on-site" }, { storageLocation: "on-site" }],
    [
      "where the metadata is",
      { AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://[fd00:ec2::254]/" },
      { metadataEndpoint: "http://[fd00:ec2::254]" },
    ],
    [
      "that the metadata is asked by IPv6",
      { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv6" },
      { metadataEndpoint: "http://[fd00:ec2::254]" },
    ],
    ["metadata off", { AWS_EC2_METADATA_DISABLED: "True" }, { metadataEndpoint: undefined }],
    [
      "metadata off, wherever it is",
      { AWS_EC2_METADATA_DISABLED: "true", AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://metadata" },
      { metadataEndpoint: undefined },
    ],
    ["metadata not off", { AWS_EC2_METADATA_DISABLED: "false" }, { metadataEndpoint: "http://169.254.169.254" }],
  ])("%s", (_, environment, expected) => {
    expect(parseAwsConfig(environment)).toEqual({
      ...parseAwsConfig({}),
      identity: identityOf(environment),
      ...expected,
    });
  });
});

test("nothing can be changed afterwards", () => {
  const config = parseAwsConfig({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.credentials)).toBe(true);
});

describe("an error names the variable in one line and repeats no secret", () => {
  const urls = ["AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_SERVICE_ENDPOINT"];
  test.each<[string, Record<string, string>]>([
    ["AWS_REGION must be a region", { AWS_REGION: "Ireland" }],
    ["AWS_REGION must be a region", { AWS_REGION: "eu-west-1a" }],
    ["AWS_DEFAULT_REGION must be a region", { AWS_DEFAULT_REGION: "eu-west-1\n" }],
    ["AWS_ACCESS_KEY_ID is missing", { AWS_SECRET_ACCESS_KEY }],
    ["AWS_SECRET_ACCESS_KEY is missing", { AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN }],
    ...urls.flatMap((variable): [string, Record<string, string>][] => [
      [`${variable} must be a URL`, { [variable]: AWS_SECRET_ACCESS_KEY }],
      [`${variable} must be a URL`, { [variable]: `ftp://me:${AWS_SECRET_ACCESS_KEY}@host` }],
      [`${variable} must not hold a user name or password`, { [variable]: `http://me:${AWS_SECRET_ACCESS_KEY}@host` }],
      [`${variable} must not hold a user name or password`, { [variable]: `http://${AWS_ACCESS_KEY_ID}@host` }],
    ]),
    ["AWS_CSI_DRIVERS must be", { AWS_CSI_DRIVERS: "ebs.csi.example.com," }],
    ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE must be", { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "6" }],
  ])("%s", (begin, environment) => {
    const message = messageOf(() => parseAwsConfig(environment));
    expect(message.startsWith(begin)).toBe(true);
    expect(message).not.toContain("\n");
    for (const secret of [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]) {
      expect(message).not.toContain(secret);
    }
  });
});

function messageOf(parse: () => void): string {
  try {
    parse();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the environment was accepted");
}
