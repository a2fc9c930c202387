import { badRequest } from "./api-error.ts";
import { isJsonObject } from "./kubernetes-object.ts";

/** Where a listing goes on. */
export interface ContinueToken {
  /** The revision of the first page, so that all pages show one moment; -1 goes on with today's state. */
  readonly revision: number;
  /** The key after which the next page begins. */
  readonly after: string;
}

const tokenVersion = "meta.k8s.io/v1";

/** Opaque to clients; the form is the real server's, so that who decodes one finds what they expect. */
export function encodeContinueToken({ revision, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: tokenVersion, rv: revision, start: `${after}\0` })).toString("base64url");
}

/** @throws {ApiError} 400 if it is none of ours */
export function decodeContinueToken(text: string): ContinueToken {
  const token = parse(Buffer.from(text, "base64url").toString());
  if (!isJsonObject(token) || token["v"] !== tokenVersion)
    throw badRequest("invalid continue token: not of this server");
  const { rv, start } = token;
  if (typeof rv !== "number" || typeof start !== "string" || !start.endsWith("\0")) {
    throw badRequest("invalid continue token: not of this server");
  }
  return { revision: rv, after: start.slice(0, -1) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${(error as Error).message}`);
  }
}
