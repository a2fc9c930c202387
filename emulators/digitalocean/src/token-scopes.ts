import { ApiError } from "./api-error.ts";

/** Which tokens there are, and what each lacks. */
export class TokenScopes {
  readonly #denied = new Map<string, Set<string>>();

  constructor(tokens: Iterable<string>) {
    for (const token of tokens) this.#denied.set(token, new Set());
  }

  /** Takes a scope away from a token, or from all. */
  deny(scope: string, token?: string): void {
    for (const [each, denied] of this.#denied) if (token === undefined || each === token) denied.add(scope);
  }

  /** From now on the token is not accepted. */
  revoke(token: string): void {
    this.#denied.delete(token);
  }

  has(token: string, scope: string): boolean {
    return this.#denied.get(token)?.has(scope) === false;
  }

  /** @throws {ApiError} 401 */
  tokenOf(authorization: string | undefined): string {
    const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
    if (token !== undefined && this.#denied.has(token)) return token;
    throw new ApiError(401, "unauthorized", "Unable to authenticate you.");
  }

  /** @throws {ApiError} 403 */
  assertHas(token: string, scopes: readonly string[]): void {
    if (scopes.every((scope) => this.has(token, scope))) return;
    throw new ApiError(403, "forbidden", "You are not authorized to perform this operation.");
  }
}
