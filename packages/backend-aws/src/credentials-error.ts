import { BackendError, type BackendErrorCode } from "@k8s-snapshots/backend-api";
import type { AwsIdentity, IdentityKind } from "./aws-identity.ts";
import { meaningOf } from "./ec2-error-codes.ts";
import { readVendorError, type VendorError } from "./vendor-error.ts";

/** Cannot obtain credentials, so that nothing was sent to EC2. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
  readonly #vendor: VendorError;
  readonly #identity: AwsIdentity;

  /** @param reason - what the SDK's provider said. It is not kept: it holds the request, and that the token. */
  constructor(reason: unknown, identity: AwsIdentity) {
    super("cannot obtain credentials");
    this.#vendor = readVendorError(reason);
    this.#identity = identity;
  }

  /** @param doing - what they are needed for, for the message */
  toBackendError(doing: string): BackendError {
    const { name, words, systemCode } = this.#vendor;
    const { kind, text } = this.#identity;
    const { code, fix } = this.#explain();
    const said = `${systemCode ?? name}${words === "" ? "" : ` ("${words}")`}`;
    const reason = calls[kind] === undefined ? said : `${calls[kind]} says ${said}`;
    const cause = Object.assign(new Error(`${name}: ${words}`), { code: systemCode ?? name });
    return new BackendError(code, `${doing}: cannot obtain the credentials of ${text}: ${reason}: ${fix}`, { cause });
  }

  #explain(): { readonly code: BackendErrorCode; readonly fix: string } {
    const { name, systemCode, status } = this.#vendor;
    const { kind } = this.#identity;
    if (kind === "web-identity") {
      const known = stsAdvice[name.replace(/Exception$/, "")];
      if (known !== undefined) return { code: known.code, fix: known.fix(this.#identity) };
    }
    const meaning = meaningOf(name);
    if (meaning?.code === "throttled") return { code: "throttled", fix: "wait, it is tried again" };
    if (name === "TimeoutError" && calls[kind] !== undefined && kind !== "instance-role") {
      return { code: "unavailable", fix: "make it reachable from the pod; it is tried again" };
    }
    const isAway = (systemCode !== undefined && kind === "web-identity") || (status ?? 0) >= 500;
    if (isAway || meaning?.code === "unavailable") {
      return { code: "unavailable", fix: "make STS reachable from the pod; it is tried again" };
    }
    return { code: "unauthenticated", fix: advice[kind](this.#identity) };
  }
}

/** Whom the SDK asks. */
const calls: Readonly<Partial<Record<IdentityKind, string>>> = {
  "web-identity": "sts:AssumeRoleWithWebIdentity",
  "pod-identity": "the EKS Pod Identity agent",
  container: "the container's credentials endpoint",
  "instance-role": "the instance metadata",
};

/**
 * What STS answers to a web identity, and what to do.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors}
 */
const stsAdvice: Readonly<
  Record<string, { readonly code: BackendErrorCode; readonly fix: (identity: AwsIdentity) => string }>
> = {
  AccessDenied: {
    code: "unauthenticated",
    fix: ({ roleArn }) =>
      `check that ${roleArn} exists and that its trust policy allows sts:AssumeRoleWithWebIdentity to this cluster's ` +
      "OIDC provider with the sub system:serviceaccount:NAMESPACE:NAME of the pod's service account",
  },
  InvalidIdentityToken: {
    code: "unauthenticated",
    fix: () =>
      "create the cluster's OIDC issuer as an identity provider in IAM of the role's account, with the audience " +
      "sts.amazonaws.com",
  },
  ExpiredToken: {
    code: "unauthenticated",
    fix: ({ tokenFile }) => `have the kubelet renew ${tokenFile}: restart the pod; and set the machine's clock`,
  },
  IDPRejectedClaim: {
    code: "unauthenticated",
    fix: ({ tokenFile }) => `restart the pod, so that ${tokenFile} holds a new token, and check the issuer's audience`,
  },
  IDPCommunicationError: {
    code: "unavailable",
    fix: () => "make the cluster's OIDC issuer reachable for AWS; it is tried again",
  },
  RegionDisabled: {
    code: "unauthenticated",
    fix: () => "activate STS for this region in the account settings of IAM, or set AWS_STS_REGIONAL_ENDPOINTS=legacy",
  },
};

const advice: Readonly<Record<IdentityKind, (identity: AwsIdentity) => string>> = {
  "static-keys": () => "set both, or give the pod a role",
  profile: () => "correct AWS_PROFILE, or the shared AWS files that are mounted into the pod",
  "web-identity": ({ tokenFile, roleArn }) =>
    `check the service account's annotation eks.amazonaws.com/role-arn (${roleArn}) and that ${tokenFile} can be read`,
  "pod-identity": () =>
    "create an EKS Pod Identity association for the pod's service account, have the eks-pod-identity-agent run on " +
    "its node, and let the role's trust policy name pods.eks.amazonaws.com",
  container: () => "check what AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI names",
  "instance-role": () =>
    "give the pod a role (IRSA or EKS Pod Identity), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for the " +
    "instance's own role, give the instance a profile and let pods reach its metadata (hop limit 2)",
  none: () => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the pod a role",
};
