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
    token: parseToken(environment["DIGITALOCEAN_ACCESS_TOKEN"]),
    apiUrl: parseUrl(environment["DIGITALOCEAN_API_URL"] ?? publicApi),
  });
}

/** Secrets are often mounted with a line feed at their end. */
function parseToken(value: string | undefined): string | undefined {
  const token = value?.trim();
  if (token === undefined || token === "") return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Error("DIGITALOCEAN_ACCESS_TOKEN must be one token, but holds spaces or characters that no token has");
}

function parseUrl(value: string): string {
  const url = URL.parse(value);
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw new Error("DIGITALOCEAN_API_URL must be a URL that begins with http:// or https://");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new Error("DIGITALOCEAN_API_URL must not hold a user name, a password, a query or a fragment");
  }
  return value.replace(/\/+$/, "");
}
