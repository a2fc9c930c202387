import { type CallOptions, IDEMPOTENCY_KEY_LABEL, type Snapshot } from "@k8s-snapshots/backend-api";
import { toFilters, toSnapshot } from "./aws-snapshot.ts";
import type { Ec2Region } from "./ec2-region.ts";

/** What an earlier call with that key made of these volumes, the oldest first: EC2's creations take no tokens. */
export async function findEarlier(
  region: Ec2Region,
  volumeIds: readonly string[],
  key: string,
  options: CallOptions | undefined,
): Promise<Snapshot[]> {
  const filters = [...toFilters({ [IDEMPOTENCY_KEY_LABEL]: key }), { Name: "volume-id", Values: [...volumeIds] }];
  const found = await Array.fromAsync(region.snapshots(filters, options), (answer) =>
    toSnapshot(answer, region.region),
  );
  return found.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}
