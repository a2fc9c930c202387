import { type AuthClient, GoogleAuth, OAuth2Client } from "google-auth-library";
import type { GceConfig } from "./gce-config.ts";
import { CredentialsError, TokenServerError } from "./gce-error.ts";

const scopes = ["https://www.googleapis.com/auth/compute"];

/**
 * Finds the credentials: those of the settings, else the application's default credentials.
 *
 * @throws {CredentialsError} if there are none, or they cannot be read
 * @see {@link https://cloud.google.com/docs/authentication/application-default-credentials}
 */
export async function openCredentials({
  credentials,
  keyFilename,
  endpoint,
  universeDomain,
}: GceConfig): Promise<AuthClient> {
  if (endpoint?.startsWith("http:") && !credentials && !keyFilename) return unsigned();
  try {
    const auth = new GoogleAuth({
      scopes,
      ...(credentials ? { credentials } : {}),
      ...(keyFilename ? { keyFilename } : {}),
      ...(universeDomain ? { universeDomain } : {}),
    });
    return await auth.getClient();
  } catch {
    throw new CredentialsError("none were found, or they cannot be read");
  }
}

/**
 * Makes sure of a token that is good for the next request; the client keeps it until it expires. Apart
 * from the request itself, so that a token that is refused is not treated as an answer of Compute Engine.
 *
 * @throws {CredentialsError} if the credentials are not accepted
 * @throws {TokenServerError} if nobody says whether they are
 */
export async function ensureToken(client: AuthClient, url: string): Promise<void> {
  try {
    await client.getRequestHeaders(url);
  } catch (error) {
    const { response, code } = error as { response?: { status?: number; data?: unknown }; code?: unknown };
    const status = response?.status;
    if (status !== undefined && status < 500 && status !== 429) throw new CredentialsError(refusalOf(response?.data));
    if (status !== undefined || isOfNetwork(code)) throw new TokenServerError(String(status ?? code));
    throw new CredentialsError("they cannot be used: the key may be damaged");
  }
}

function unsigned(): AuthClient {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: "none", expiry_date: Number.MAX_SAFE_INTEGER });
  return client;
}

/** OAuth's word for it, and nothing else of the answer. */
function refusalOf(data: unknown): string {
  const { error } = (data ?? {}) as { error?: unknown };
  const isCode = typeof error === "string" && /^[a-z_]{1,40}$/.test(error);
  return isCode ? `the token server says ${error}` : "the token server refuses them";
}

function isOfNetwork(code: unknown): boolean {
  return typeof code === "string" && /^(?:E[A-Z]+|UND_ERR_\w+|EAI_AGAIN)$/.test(code) && !code.startsWith("ERR_");
}
