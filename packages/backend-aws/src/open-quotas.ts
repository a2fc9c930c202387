import type { AwsConfig } from "./aws-config.ts";
import type { QuotasApi } from "./quotas-api.ts";

/** Service Quotas in a region. Its client is loaded only now: most processes never ask for limits. */
export async function openQuotas(region: string, config: AwsConfig): Promise<QuotasApi> {
  const { createQuotasApi } = await import("./quotas-client.ts");
  return createQuotasApi(region, config);
}
