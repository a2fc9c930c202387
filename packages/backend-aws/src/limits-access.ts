import { type AccessCheck, isBackendError, type LocationLimits } from "@k8s-snapshots/backend-api";
import { quotasAction } from "./aws-limits.ts";

/**
 * Whether quotas can be read: there is no dry run, so they are. Nothing else depends on it, so what goes wrong is a finding.
 *
 * @throws {BackendError} `aborted`
 */
export async function checkLimits(read: () => Promise<LocationLimits>): Promise<AccessCheck> {
  try {
    await read();
    return { permission: quotasAction, status: "granted", optional: true };
  } catch (error) {
    if (!isBackendError(error) || error.code === "aborted") throw error;
    const purpose = "Only reading the quotas of EBS needs it: without it, AWS's own defaults hold.";
    const isMissing = error.code === "forbidden";
    const detail = isMissing ? `Allow ${quotasAction}.` : `Service Quotas did not answer: ${error.message}.`;
    const status = isMissing ? "missing" : "unknown";
    return { permission: quotasAction, status, optional: true, detail: `${detail} ${purpose}` };
  }
}
