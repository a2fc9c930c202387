import type { Ec2CallOptions } from "./ec2-api.ts";

/**
 * The part of Service Quotas that the backend uses, in the SDK's own shapes. One value is one region. Each call rejects with
 * the SDK's error.
 *
 * @see {@link https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html}
 */
export interface QuotasApi {
  listServiceQuotas(input: ListQuotasInput, options: Ec2CallOptions): Promise<QuotaPage>;
  /** Lets go of the connections. */
  close(): void;
}

export interface ListQuotasInput {
  ServiceCode: string;
  MaxResults?: number;
  NextToken?: string;
}

export interface QuotaPage {
  Quotas?: Quota[] | undefined;
  NextToken?: string | undefined;
}

export interface Quota {
  QuotaCode?: string | undefined;
  Value?: number | undefined;
}
