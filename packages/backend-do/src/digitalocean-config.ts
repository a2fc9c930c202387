import { readText, readUrl } from "@k8s-snapshots/backend-api/toolkit";

/** What a DigitalOcean backend is set to. */
export interface DigitalOceanConfig {
  /** Without one, each call is refused as `unauthenticated`. */
  readonly token: string | undefined;

  /** URL of the API, without a slash at its end. */
  readonly apiUrl: string;
}

const publicApi = "https://api.digitalocean.com";

/**
 * Reads `DIGITALOCEAN_ACCESS_TOKEN` and `DIGITALOCEAN_API_URL`.
 *
 * @throws {Error} if one is wrong: one line that names it, without its value
 */
export function parseDigitalOceanConfig(environment: Readonly<Record<string, string>>): DigitalOceanConfig {
  return Object.freeze({
    token: parseToken(readText(environment, "DIGITALOCEAN_ACCESS_TOKEN")),
    apiUrl: readUrl(environment, "DIGITALOCEAN_API_URL") ?? publicApi,
  });
}

function parseToken(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw new Error("DIGITALOCEAN_ACCESS_TOKEN must be one token, but holds spaces or characters that no token has");
}
