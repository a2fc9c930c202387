import { readText } from "@k8s-snapshots/backend-api/toolkit";
import { type AwsIdentity, identityOf } from "./aws-identity.ts";
import { isRegion } from "./aws-region.ts";
import { parseCsiDrivers } from "./ebs-drivers.ts";
import { parseStorageLocation, type StorageLocation } from "./storage-location.ts";

/** Credentials that stand in the environment. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What an AWS backend is set to. */
export interface AwsConfig {
  /** The region of volumes that do not say theirs. */
  readonly region: string | undefined;

  /** URL of the EC2 API, the same for every region. Default: each region's own. */
  readonly endpoint: string | undefined;

  /** URL of the Service Quotas API, the same for every region. Default: each region's own. */
  readonly quotasEndpoint: string | undefined;

  /** Default: the SDK's chain (profile, web identity, container, instance). */
  readonly credentials: AwsCredentials | undefined;

  /** Whose credentials are used, for messages. */
  readonly identity: AwsIdentity;

  /** CSI drivers whose volumes are EBS volumes. */
  readonly csiDrivers: readonly string[];

  /** Where snapshots are kept whose request does not say it. */
  readonly storageLocation: StorageLocation;

  /** URL of the instance metadata; `undefined` if it must not be asked. */
  readonly metadataEndpoint: string | undefined;

  /** The variables that name a proxy for AWS's API and STS, as Node's agents take them. The metadata are asked directly. */
  readonly proxy: Environment;
}

type Environment = Readonly<Record<string, string>>;

const proxyVariable = /^(?:HTTPS?_PROXY|https?_proxy|NO_PROXY|no_proxy)$/;

/**
 * Reads `AWS_REGION` (else `AWS_DEFAULT_REGION`), `AWS_ENDPOINT_URL_EC2` and `AWS_ENDPOINT_URL_SERVICE_QUOTAS` (else
 * `AWS_ENDPOINT_URL`), `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, `AWS_CSI_DRIVERS`,
 * `AWS_SNAPSHOT_STORAGE_LOCATION`, `AWS_EC2_METADATA_SERVICE_ENDPOINT`, `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`,
 * `AWS_EC2_METADATA_DISABLED`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
 *
 * @throws {Error} if one is wrong, or one of a pair is missing: one line that names it.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html}
 */
export function parseAwsConfig(environment: Environment): AwsConfig {
  const isMetadataOff = environment["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true";
  return Object.freeze({
    region: region(environment, "AWS_REGION") ?? region(environment, "AWS_DEFAULT_REGION"),
    endpoint: url(environment, "AWS_ENDPOINT_URL_EC2") ?? url(environment, "AWS_ENDPOINT_URL"),
    quotasEndpoint: url(environment, "AWS_ENDPOINT_URL_SERVICE_QUOTAS") ?? url(environment, "AWS_ENDPOINT_URL"),
    credentials: credentials(environment),
    identity: identityOf(environment),
    csiDrivers: parseCsiDrivers(environment["AWS_CSI_DRIVERS"]),
    storageLocation: parseStorageLocation(
      readText(environment, "AWS_SNAPSHOT_STORAGE_LOCATION") ?? "region",
      "AWS_SNAPSHOT_STORAGE_LOCATION",
    ),
    metadataEndpoint: isMetadataOff
      ? undefined
      : (url(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? metadataEndpoint(environment)),
    proxy: Object.fromEntries(Object.entries(environment).filter(([name]) => proxyVariable.test(name))),
  });
}

function region(environment: Environment, variable: string): string | undefined {
  const value = environment[variable];
  if (value === undefined || isRegion(value)) return value;
  throw new Error(`${variable} must be a region such as eu-west-1, but is ${JSON.stringify(value)}`);
}

function url(environment: Environment, variable: string): string | undefined {
  const value = environment[variable];
  if (value === undefined) return undefined;
  const parsed = URL.parse(value);
  // The value is not repeated: a URL may hold a password.
  if (!parsed || !["http:", "https:"].includes(parsed.protocol)) {
    throw new Error(`${variable} must be a URL that begins with http:// or https://`);
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new Error(`${variable} must not hold a user name or password: requests are signed instead`);
  }
  return value.replace(/\/+$/, "");
}

/**
 * Where an instance's metadata is, by either protocol.
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html}
 */
function metadataEndpoint({ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: mode = "IPv4" }: Environment): string {
  if (mode.toLowerCase() === "ipv4") return "http://169.254.169.254";
  if (mode.toLowerCase() === "ipv6") return "http://[fd00:ec2::254]";
  throw new Error(`AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE must be IPv4 or IPv6, but is ${JSON.stringify(mode)}`);
}

function credentials(environment: Environment): AwsCredentials | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined) throw new Error("AWS_ACCESS_KEY_ID is missing: AWS_SECRET_ACCESS_KEY needs it");
  if (secretAccessKey === undefined) throw new Error("AWS_SECRET_ACCESS_KEY is missing: AWS_ACCESS_KEY_ID needs it");
  return Object.freeze({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) });
}
