import { isRegion } from "./aws-region.ts";

/** Says the region of the machine that the process runs on; `undefined` if that is no EC2 instance that tells. */
export type InstanceRegion = (signal?: AbortSignal) => Promise<string | undefined>;

/** Off EC2 nobody answers at the address, and packets to it may vanish. */
const timeoutMs = 1000;

/**
 * Asks the instance metadata (IMDSv2). An answer is kept, since it cannot change; a failure is not.
 *
 * @param endpoint - URL of the metadata service; `undefined` to ask nobody
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html}
 */
export function createInstanceRegion(endpoint: string | undefined): InstanceRegion {
  let known: string | undefined;
  return async (signal) => {
    if (endpoint === undefined) return undefined;
    known ??= await askRegion(endpoint, signal).catch(() => undefined);
    return known;
  };
}

async function askRegion(endpoint: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const token = await askText(`${endpoint}/latest/api/token`, {
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" },
    signal: either,
  });
  const region = await askText(`${endpoint}/latest/meta-data/placement/region`, {
    headers: { "x-aws-ec2-metadata-token": token },
    signal: either,
  });
  return isRegion(region) ? region : undefined;
}

async function askText(url: string, request: RequestInit): Promise<string> {
  const answer = await fetch(url, { ...request, redirect: "error" });
  if (!answer.ok) throw new Error(`the instance metadata answered ${answer.status}`);
  return (await answer.text()).trim();
}
