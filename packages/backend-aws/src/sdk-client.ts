import type { AwsConfig } from "./aws-config.ts";
import type { AwsIdentity, ObtainedCredentials } from "./aws-identity.ts";
import { CredentialsError } from "./credentials-error.ts";
import type { Ec2CallOptions } from "./ec2-api.ts";

/** Milliseconds. AWS answers the calls used within seconds: these only describe, or begin something. */
const connectionTimeout = 5000;
const requestTimeout = 30_000;

/** What every client of the SDK is made with. No retries: a retried creation would hide an unknown outcome. */
export function clientOptions(
  region: string,
  endpoint: string | undefined,
  { credentials }: AwsConfig,
): {
  region: string;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: boolean };
  endpoint?: string;
  credentials?: NonNullable<AwsConfig["credentials"]>;
} {
  return {
    region,
    maxAttempts: 1,
    // Without `throwOnRequestTimeout` the SDK only warns.
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes to it.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
  };
}

/**
 * Obtains a client's credentials apart from the call, so that what a credentials provider says is not treated as the
 * service's answer.
 *
 * @throws {CredentialsError} if there are none
 */
export async function obtainCredentials(
  { config }: { readonly config: { credentials(): Promise<ObtainedCredentials> } },
  identity: AwsIdentity,
  { signal }: Ec2CallOptions,
): Promise<ObtainedCredentials> {
  const { accountId, $source } = await config.credentials().catch((error: unknown) => {
    throw new CredentialsError(error, identity);
  });
  signal?.throwIfAborted();
  return { accountId, $source };
}
