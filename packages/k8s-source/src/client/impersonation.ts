import type { User } from "@kubernetes/client-node";

/** What a kubeconfig's user may say about whom it acts as, beside `as`, which the client reads. */
export interface ImpersonatingUser {
  readonly "as-uid"?: unknown;
  readonly "as-groups"?: unknown;
  readonly "as-user-extra"?: unknown;
}

/** Headers with their values. */
export type ImpersonationHeaders = Readonly<Record<string, readonly string[]>>;

/** Of a kubeconfig's users, those that say more than the client reads. */
export const impersonations: WeakMap<User, ImpersonationHeaders> = new WeakMap();

/**
 * Groups, uid and extra fields that requests are made as: without them a user would have other rights than kubectl gives.
 *
 * @returns `undefined` if there are none
 * @throws {TypeError} if one is not a text or a list of them
 * @see {@link https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation}
 */
export function impersonationHeaders(user: ImpersonatingUser | undefined): ImpersonationHeaders | undefined {
  const { "as-uid": uid, "as-groups": groups, "as-user-extra": extra } = user ?? {};
  const headers = {
    ...(uid !== undefined && { "impersonate-uid": texts("as-uid", [uid]) }),
    ...(groups !== undefined && { "impersonate-group": texts("as-groups", groups) }),
    ...Object.fromEntries(
      Object.entries(extra ?? {}).map(([key, values]) => [
        `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
        texts(`as-user-extra of ${key}`, values),
      ]),
    ),
  };
  return Object.keys(headers).length === 0 ? undefined : headers;
}

function texts(field: string, values: unknown): readonly string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === "string")) return values;
  throw new TypeError(`${field} of a user is not a list of texts`);
}
