import type { V1LeaseSpec } from "@kubernetes/client-node";

/** What is kept of a Lease. */
export interface LeaseObject extends LeaseContent {
  readonly name: string;

  /** Its resourceVersion: differs after each write. */
  readonly version: string;
}

/** What a Lease says. */
export interface LeaseContent extends Readonly<Pick<V1LeaseSpec, "holderIdentity" | "leaseDurationSeconds">> {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The part of a Lease that is kept.
 *
 * @throws {TypeError} if it is none
 */
export function projectLease(object: unknown): LeaseObject {
  const { metadata, spec } = (object ?? {}) as { readonly metadata?: Metadata; readonly spec?: V1LeaseSpec };
  const { name, resourceVersion, labels, annotations } = metadata ?? {};
  if (typeof name !== "string" || typeof resourceVersion !== "string") throw new TypeError("a Lease without a name");
  const { holderIdentity } = spec ?? {};
  return {
    name,
    version: resourceVersion,
    labels: labels ?? {},
    annotations: annotations ?? {},
    ...(typeof holderIdentity === "string" && { holderIdentity }),
  };
}

interface Metadata {
  readonly name?: unknown;
  readonly resourceVersion?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
