import { BackendError, type CallOptions, type LocationLimits } from "@k8s-snapshots/backend-api";
import { readPages, throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import { toBackendError } from "./aws-error.ts";
import type { Quota, QuotasApi } from "./quotas-api.ts";

/** The IAM action. */
export const quotasAction = "servicequotas:ListServiceQuotas";

/**
 * The codes of EBS's quotas, which are a region's: "Snapshots per Region" and "Pending snapshots per account". Those of
 * "Concurrent snapshots per ... volume" are a volume's, and one is pending at most.
 *
 * @see {@link https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html}
 */
const codes: Readonly<Record<string, "maxSnapshots" | "maxPending">> = {
  "L-309BACF6": "maxSnapshots",
  "L-94D7AB7D": "maxPending",
};

/** The most that Service Quotas puts on a page: EBS has some 60. */
const pageSize = 100;

const mostPages = 20;

/** Whom Service Quotas is asked for. */
export interface QuotasOf {
  readonly region: string;
  readonly account: string | undefined;
  readonly hasOwnEndpoint: boolean;
}

/**
 * EBS's quotas of a region. How many snapshots there are Service Quotas does not say.
 *
 * @param open - Service Quotas in that region
 * @throws {BackendError} `forbidden` if the permission is missing, `unavailable` if Service Quotas cannot be reached
 */
export async function readQuotas(
  open: () => Promise<QuotasApi>,
  { region, account, hasOwnEndpoint }: QuotasOf,
  options: CallOptions | undefined,
): Promise<LocationLimits> {
  throwIfAborted(options);
  try {
    const api = await open();
    const how = { signal: options?.signal, onDate: options?.onDate };
    const quotas = await Array.fromAsync(
      readPages(
        async (token) => {
          throwIfAborted(options);
          const query = { ServiceCode: "ebs", MaxResults: pageSize, ...(token ? { NextToken: token } : {}) };
          const { Quotas, NextToken } = await api.listServiceQuotas(query, how);
          if (!Array.isArray(Quotas)) {
            throw new BackendError("unexpected", "Service Quotas answered with a list without Quotas");
          }
          return { items: Quotas as Quota[], next: NextToken || undefined };
        },
        options,
        mostPages,
      ),
    );
    return toLimits(quotas);
  } catch (error) {
    throwIfAborted(options);
    throw toBackendError(error, { action: quotasAction, object: "EBS", region, account, hasOwnEndpoint });
  }
}

/** What is no whole number is not known. */
function toLimits(quotas: readonly Quota[]): LocationLimits {
  const limits: { maxSnapshots?: number; maxPending?: number } = {};
  for (const { QuotaCode = "", Value } of quotas) {
    const limit = Object.hasOwn(codes, QuotaCode) ? codes[QuotaCode] : undefined;
    if (limit !== undefined && Number.isSafeInteger(Value) && Number(Value) >= 0) limits[limit] = Number(Value);
  }
  return limits;
}
