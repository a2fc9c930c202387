import { builtInBackends } from "../backends/built-in-backends.ts";
import { type Setting, valueName } from "../settings/setting.ts";
import { settingTable } from "../settings/settings.ts";

/** What is done with an environment variable. */
export type Treatment =
  /** A setting of the daemon. */
  | { readonly kind: "setting"; readonly setting: Setting<unknown>; readonly path: string; readonly note?: string }
  /** A text that the chart has a value for. */
  | { readonly kind: "value"; readonly path: string; readonly isList?: true }
  /** Something secret, in a key of a Secret that the chart names. */
  | { readonly kind: "secret"; readonly secret: string; readonly path: string; readonly key: string }
  /** Google's key: a path, or its contents. */
  | { readonly kind: "google-key" }
  /** Handed on as it is. */
  | { readonly kind: "variable"; readonly note?: string }
  /** Nothing here reads it. */
  | { readonly kind: "none"; readonly note: string }
  /** What a release before SnapshotRules was told disks by. */
  | { readonly kind: "volume-by-name" };

const authority =
  "nothing here reads it: put the certificates into a ConfigMap, and name it in privateAuthority.configMap";
const proxies = { https: "HTTPS_PROXY", http: "HTTP_PROXY" } as const;

const named: Readonly<Record<string, Treatment>> = {
  AWS_REGION: { kind: "value", path: "cloud.aws.region" },
  AWS_ACCESS_KEY_ID: secret("aws", "AWS_ACCESS_KEY_ID"),
  AWS_SECRET_ACCESS_KEY: secret("aws", "AWS_SECRET_ACCESS_KEY"),
  AWS_SESSION_TOKEN: secret("aws", "AWS_SESSION_TOKEN"),
  DIGITALOCEAN_ACCESS_TOKEN: secret("digitalocean", "DIGITALOCEAN_ACCESS_TOKEN"),
  GCLOUD_PROJECT: { kind: "value", path: "cloud.google.project" },
  GCLOUD_CREDENTIALS_FILE: { kind: "google-key" },
  GOOGLE_APPLICATION_CREDENTIALS: { kind: "google-key" },
  GCLOUD_JSON_KEYFILE_NAME: { kind: "google-key" },
  GCLOUD_JSON_KEYFILE_STRING: { kind: "google-key" },
  ...Object.fromEntries(
    Object.entries(proxies).flatMap(([name, variable]): [string, Treatment][] => [
      [variable, { kind: "value", path: `proxy.${name}` }],
      [variable.toLowerCase(), { kind: "value", path: `proxy.${name}` }],
    ]),
  ),
  NO_PROXY: { kind: "value", path: "proxy.noProxy", isList: true },
  no_proxy: { kind: "value", path: "proxy.noProxy", isList: true },
  TZ: {
    kind: "variable",
    note: "the zone of the times that plan and list print; names, schedules and logs are in UTC",
  },
  REQUESTS_CA_BUNDLE: { kind: "none", note: authority },
  CURL_CA_BUNDLE: { kind: "none", note: authority },
  AWS_CA_BUNDLE: { kind: "none", note: authority },
  SSL_CERT_FILE: { kind: "none", note: authority },
};

/** Settings that keep their name and mean a little else. */
const differences: Readonly<Record<string, string>> = {
  CLOUD_PROVIDER: "the one backend to use; settings.backends may name several",
  JSON_LOG: "logs are JSON anyway, and readable on a terminal: it says so for a terminal too",
  DEBUG: "the same as LOG_LEVEL=DEBUG",
};

const settings = new Map(
  (Object.values(settingTable) as readonly Setting<unknown>[]).map((setting) => [setting.variable, setting]),
);
/** Beside those, the backends' own; what is secret among them is named above. */
const ofBackends: ReadonlySet<string> = new Set(
  builtInBackends.flatMap(({ manifest }) => manifest.settings.map(({ variable }) => variable)),
);

/** What is done with a variable of that name. */
export function treatmentOf(variable: string): Treatment {
  const own = named[variable];
  if (own !== undefined) return own;
  const setting = settings.get(variable);
  if (setting !== undefined) {
    const note = differences[variable];
    return { kind: "setting", setting, path: `settings.${valueName(setting)}`, ...(note !== undefined && { note }) };
  }
  if (ofBackends.has(variable)) return { kind: "variable" };
  if (variable === "VOLUMES" || /^VOLUME_.+_(DELTAS|ZONE)$/.test(variable)) return { kind: "volume-by-name" };
  return { kind: "none", note: "nothing here reads it" };
}

function secret(cloud: string, key: string): Treatment {
  return { kind: "secret", secret: cloud, path: `cloud.${cloud}.secretName`, key };
}
