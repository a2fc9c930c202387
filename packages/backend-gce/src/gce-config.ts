import { parseSnapshotOptions, type SnapshotOptions, type SnapshotOptionTexts } from "./gce-snapshot-options.ts";

/** What a Google backend is set to. */
export interface GceConfig {
  /** Of volumes that do not say theirs. Default: that of the metadata server. */
  readonly project: string | undefined;
  /** Contents of a credentials file. Default: the application's default credentials. */
  readonly credentials: Record<string, string> | undefined;
  readonly keyFilename: string | undefined;
  /** Default: Google's. */
  readonly endpoint: string | undefined;
  /** Of a cloud that is Google's but not the public one. Default: the credentials', else `googleapis.com`. */
  readonly universeDomain: string | undefined;
  /** Of every snapshot. */
  readonly snapshotOptions: SnapshotOptions;
  /** URL of the metadata server; `undefined` if it must not be asked. */
  readonly metadataServer: string | undefined;
}

const keyVariables = [
  "GCLOUD_CREDENTIALS_FILE",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "GCLOUD_JSON_KEYFILE_STRING",
  "GCLOUD_JSON_KEYFILE_NAME",
];

const optionVariables = {
  storageLocation: "GCLOUD_SNAPSHOT_STORAGE_LOCATION",
  snapshotType: "GCLOUD_SNAPSHOT_TYPE",
  guestFlush: "GCLOUD_SNAPSHOT_GUEST_FLUSH",
  kmsKey: "GCLOUD_SNAPSHOT_KMS_KEY",
} as const satisfies Record<keyof SnapshotOptionTexts, string>;

/**
 * Reads `GCLOUD_PROJECT` (else `GOOGLE_CLOUD_PROJECT`), the credentials' variables, of which each may hold a path or the
 * JSON itself, `GCLOUD_SNAPSHOT_STORAGE_LOCATION`, `GCLOUD_SNAPSHOT_TYPE`, `GCLOUD_SNAPSHOT_GUEST_FLUSH`,
 * `GCLOUD_SNAPSHOT_KMS_KEY`, `GOOGLE_COMPUTE_CUSTOM_ENDPOINT`, `GOOGLE_CLOUD_UNIVERSE_DOMAIN`, `GCE_METADATA_HOST` and
 * `METADATA_SERVER_DETECTION`.
 *
 * @throws {Error} if one is wrong: one line that names it, without its value
 */
export function parseGceConfig(environment: Readonly<Record<string, string>>): GceConfig {
  const variable = keyVariables.find((name) => environment[name] !== undefined);
  const key = variable === undefined ? undefined : environment[variable]?.trim();
  const isJson = key?.startsWith("{") ?? false;
  const endpoint = environment["GOOGLE_COMPUTE_CUSTOM_ENDPOINT"];
  // The paths of the API begin at the root: another one would be lost.
  if (endpoint !== undefined && !/^https?:\/\/[^@/?#]+\/?$/.test(endpoint)) {
    throw new Error(
      "GOOGLE_COMPUTE_CUSTOM_ENDPOINT must be a URL that begins with http:// or https://, without a path",
    );
  }
  const universeDomain = environment["GOOGLE_CLOUD_UNIVERSE_DOMAIN"];
  if (universeDomain !== undefined && !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(universeDomain)) {
    throw new Error("GOOGLE_CLOUD_UNIVERSE_DOMAIN must be the name of a domain, such as googleapis.com");
  }
  return Object.freeze({
    project: environment["GCLOUD_PROJECT"] ?? environment["GOOGLE_CLOUD_PROJECT"],
    credentials: isJson ? parseKey(key as string, variable as string) : undefined,
    keyFilename: isJson ? undefined : key,
    endpoint,
    universeDomain,
    snapshotOptions: parseSnapshotOptions(
      {
        storageLocation: environment[optionVariables.storageLocation],
        snapshotType: environment[optionVariables.snapshotType],
        guestFlush: environment[optionVariables.guestFlush],
        kmsKey: environment[optionVariables.kmsKey],
      },
      (option) => optionVariables[option],
    ),
    metadataServer:
      environment["METADATA_SERVER_DETECTION"] === "none"
        ? undefined
        : `http://${environment["GCE_METADATA_HOST"] ?? "metadata.google.internal"}`,
  });
}

function parseKey(text: string, variable: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    throw new Error(`${variable} must be a path, or the contents of a credentials file, but is no valid JSON`);
  }
}
