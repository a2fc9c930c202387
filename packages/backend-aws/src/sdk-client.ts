import type { EC2ClientConfig } from "@aws-sdk/client-ec2";
import { unlessAborted } from "@k8s-snapshots/backend-api/toolkit";
import type { AwsConfig } from "./aws-config.ts";
import type { AwsIdentity, ObtainedCredentials } from "./aws-identity.ts";
import { CredentialsError } from "./credentials-error.ts";
import type { Ec2CallOptions } from "./ec2-api.ts";

/** Milliseconds. AWS answers the calls used within seconds: these only describe, or begin something. */
const connectionTimeout = 5000;
const requestTimeout = 30_000;

/** What the SDK's clients take of it. */
interface ClientOptions {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: NonNullable<EC2ClientConfig["requestHandler"]>;
  readonly endpoint?: string;
  readonly credentials?: NonNullable<AwsConfig["credentials"]>;
}

/** What every client of the SDK is made with. No retries: a retried creation would hide an unknown outcome. */
export function clientOptions(
  region: string,
  endpoint: string | undefined,
  { credentials, proxy }: AwsConfig,
): ClientOptions {
  // The SDK heeds no proxy by itself. It asks STS by the same agents.
  const agent = { proxyEnv: { ...proxy } };
  return {
    region,
    maxAttempts: 1,
    // Without `throwOnRequestTimeout` the SDK only warns.
    requestHandler: {
      connectionTimeout,
      requestTimeout,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes to it.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
  };
}

/**
 * Obtains a client's credentials apart from the call, so that what a credentials provider says is not treated as the
 * service's answer.
 *
 * @param limitMs - milliseconds until they must be there, whomever the SDK asks for them, and however often
 * @throws {CredentialsError} if there are none
 * @throws the signal's reason
 */
export async function obtainCredentials(
  { config }: { readonly config: { credentials(): Promise<ObtainedCredentials> } },
  identity: AwsIdentity,
  { signal }: Ec2CallOptions,
  limitMs: number,
): Promise<ObtainedCredentials> {
  // The SDK's providers heed no signal, and ask a server that is silent several times.
  const over = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal ? [signal] : [])]);
  const { accountId, $source } = await unlessAborted(config.credentials(), over).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new CredentialsError(error, identity);
  });
  signal?.throwIfAborted();
  return { accountId, $source };
}
