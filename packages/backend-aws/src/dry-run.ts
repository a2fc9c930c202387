import type { AccessCheck, CallOptions } from "@k8s-snapshots/backend-api";
import { vendorCode } from "./aws-error.ts";
import type { Ec2Api, Ec2CallOptions } from "./ec2-api.ts";
import type { Ec2Region } from "./ec2-region.ts";

/** What EC2 says to a dry run. */
export interface DryRunAnswer {
  readonly status: AccessCheck["status"];
  readonly code: string;
}

/**
 * @param send - a call with `DryRun`
 * @throws {BackendError} for anything but a permission that is there or missing
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html}
 */
export async function dryRun(
  region: Ec2Region,
  action: string,
  object: string,
  options: CallOptions | undefined,
  send: (api: Ec2Api, options: Ec2CallOptions) => Promise<unknown>,
): Promise<DryRunAnswer> {
  return region.call(action, object, options, async (api, how) => {
    try {
      await send(api, how);
      // Not what EC2 does, but it let us.
      return { status: "granted", code: "success" };
    } catch (error) {
      const code = vendorCode(error);
      if (code === "DryRunOperation") return { status: "granted", code };
      const { code: meaning } = region.translate(error, action, object);
      if (meaning === "forbidden") return { status: "missing", code };
      if (meaning === "not-found" || meaning === "invalid") return { status: "unknown", code };
      throw error;
    }
  });
}

export function toCheck(permission: string, { status, code }: DryRunAnswer, object?: string): AccessCheck {
  const on = object === undefined ? "" : ` on ${object}`;
  if (status === "granted") return { permission, status };
  if (status === "missing") return { permission, status, detail: `Allow ${permission}${on}: EC2 says ${code}.` };
  return {
    permission,
    status,
    detail: `EC2 says ${code}${on} instead of answering: it has nothing yet to try the permission on.`,
  };
}

/** @param purpose - what needs the permission, and what follows without it */
export function optionalCheck(check: AccessCheck, purpose: string): AccessCheck {
  const detail = check.status === "missing" ? { detail: `${check.detail} ${purpose}` } : {};
  return { ...check, ...detail, optional: true };
}
