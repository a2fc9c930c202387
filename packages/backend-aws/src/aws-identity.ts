/** Where credentials come from. */
export type IdentityKind =
  | "static-keys"
  | "profile"
  | "web-identity"
  | "pod-identity"
  | "container"
  | "instance-role"
  | "none";

/** Whose credentials are used. */
export interface AwsIdentity {
  readonly kind: IdentityKind;
  /** For messages: `the role arn:aws:iam::123456789012:role/backup, by the pod's web identity (IRSA)`. */
  readonly text: string;
  /** The file that holds the pod's token, where there is one. */
  readonly tokenFile: string | undefined;
  /** The role that is asked for, where the environment names it. */
  readonly roleArn: string | undefined;
}

/** What the credentials themselves say, once they are there. */
export interface ObtainedCredentials {
  readonly accountId?: string | undefined;
  /** The SDK's marks of the providers that they came from. */
  readonly $source?: Readonly<Record<string, unknown>> | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Addresses of the EKS Pod Identity agent. */
const podIdentityHosts = ["169.254.170.23", "[fd00:ec2::23]"];

/** The SDK's marks, of which the first that is there tells. */
const kindsByMark: readonly (readonly [string, IdentityKind])[] = [
  ["CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN", "web-identity"],
  ["CREDENTIALS_HTTP", "container"],
  ["CREDENTIALS_IMDS", "instance-role"],
];

/**
 * Whose credentials the SDK will come to, in the order of its chain. A profile of the shared files may take precedence
 * unseen: {@link identityUsed} tells.
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html}
 */
export function identityOf(environment: Environment): AwsIdentity {
  if (environment["AWS_ACCESS_KEY_ID"]) return describe("static-keys", environment);
  if (environment["AWS_PROFILE"]) return describe("profile", environment);
  if (environment["AWS_WEB_IDENTITY_TOKEN_FILE"] && environment["AWS_ROLE_ARN"]) {
    return describe("web-identity", environment);
  }
  if (environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] || environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]) {
    return describe(isPodIdentity(environment) ? "pod-identity" : "container", environment);
  }
  const isMetadataOff = environment["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true";
  return describe(isMetadataOff ? "none" : "instance-role", environment);
}

/** In one sentence, whose credentials were used: what they say themselves, else what the environment does. */
export function identityUsed(expected: AwsIdentity, { $source, accountId }: ObtainedCredentials): string {
  const text = textOfSource(Object.keys($source ?? {}), expected) ?? expected.text;
  return accountId === undefined ? text : `${text}, account ${accountId}`;
}

/** `undefined` if the marks do not contradict what is expected. */
function textOfSource(marks: readonly string[], { kind }: AwsIdentity): string | undefined {
  if (marks.some((mark) => mark.startsWith("CREDENTIALS_PROFILE"))) {
    return kind === "profile" ? undefined : "a profile of the shared AWS files";
  }
  const actual = kindsByMark.find(([mark]) => marks.includes(mark))?.[1];
  const isExpected = actual === kind || (actual === "container" && kind === "pod-identity");
  return actual === undefined || isExpected ? undefined : texts[actual]({});
}

function isPodIdentity({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri }: Environment): boolean {
  return podIdentityHosts.includes(URL.parse(uri ?? "")?.hostname ?? "");
}

const texts: Readonly<Record<IdentityKind, (environment: Environment) => string>> = {
  "static-keys": () => "the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  profile: ({ AWS_PROFILE: profile }) => `the profile ${profile} of the shared AWS files`,
  "web-identity": ({ AWS_ROLE_ARN: role }) => `the role ${role ?? "in AWS_ROLE_ARN"}, by the pod's web identity (IRSA)`,
  "pod-identity": () => "the role of the pod's EKS Pod Identity association",
  container: () => "the role of the container, by AWS_CONTAINER_CREDENTIALS_FULL_URI or its like",
  "instance-role": () => "the role of the EC2 instance",
  none: () => "nobody: no credentials are set, and the instance metadata is switched off",
};

function describe(kind: IdentityKind, environment: Environment): AwsIdentity {
  const isWebIdentity = kind === "web-identity";
  return Object.freeze({
    kind,
    text: texts[kind](environment),
    tokenFile: environment[isWebIdentity ? "AWS_WEB_IDENTITY_TOKEN_FILE" : "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
    roleArn: isWebIdentity ? environment["AWS_ROLE_ARN"] : undefined,
  });
}
