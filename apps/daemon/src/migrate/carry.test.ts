import { expect, it } from "vitest";
import type { ChartSection, ChartValue } from "../../chart/chart-value.ts";
import { chartValues } from "../../chart/chart-values.ts";
import { settingTable } from "../settings/settings.ts";
import { type Carried, carryOver } from "./carry.ts";
import { readFormerDeployment } from "./former-deployment.ts";
import type { Fields } from "./manifest-fields.ts";

const KEY = '{"type":"service_account","private_key":"do-not-print"}';

it.each([
  [
    { GCLOUD_PROJECT: "p", CLOUD_PROVIDER: "google" },
    { cloud: { google: { project: "p" } }, settings: { cloudProvider: "google" } },
  ],
  [{ DIGITALOCEAN_ACCESS_TOKEN: "token" }, { cloud: { digitalocean: { secretName: "digitalocean" } } }],
  [{ GOOGLE_APPLICATION_CREDENTIALS: KEY }, { cloud: { google: { secretName: "google" } } }],
  [{ GCLOUD_JSON_KEYFILE_STRING: KEY }, { cloud: { google: { secretName: "google" } } }],
  [
    { SCHEDULE_HEARTBEAT_INTERVAL_SECONDS: "0", STRUCTLOG_JSON_INDENT: "2" },
    { settings: { scheduleHeartbeatIntervalSeconds: 0, structlogJsonIndent: 2 } },
  ],
  [
    { DELTAS_ANNOTATION_KEY: "shop/deltas", SNAPSHOT_AUTHOR_LABEL_KEY: "made-by" },
    { settings: { deltasAnnotationKey: "shop/deltas", snapshotAuthorLabelKey: "made-by" } },
  ],
  [
    { HTTPS_PROXY: "http://proxy:3128", no_proxy: "a, b" },
    { proxy: { https: "http://proxy:3128", noProxy: ["a", "b"] } },
  ],
  [{ AWS_DEFAULT_REGION: "eu-west-1", UNKNOWN: "x", LOG_LEVEL: "" }, {}],
])("carries %j", async (variables, values) => {
  const carried = await carry(variables);
  expect(carried.values).toEqual(values);
  expect(carried.decisions).toEqual([]);
  const { deployment: _, ...printed } = carried;
  expect(JSON.stringify(printed)).not.toMatch(/do-not-print|"token"/);
});

it.each([
  [{ LOG_LEVEL: "TRACE" }, '"TRACE" is refused here: it must be one of DEBUG, INFO, WARNING, ERROR', "--log-level"],
  [{ SCHEDULE_HEARTBEAT_INTERVAL_SECONDS: "1h" }, "must be a whole number", "--schedule-heartbeat-interval-seconds"],
  [{ VOLUMES: "disk-a" }, "it names disks", "SnapshotRule"],
])("leaves %j to a person", async (variables, problem, remedy) => {
  const { decisions, values } = await carry(variables);
  expect(decisions).toEqual([
    {
      about: Object.keys(variables)[0],
      problem: expect.stringContaining(problem),
      remedy: expect.stringContaining(remedy),
    },
  ]);
  expect(values).toEqual({});
});

it("a flag decides, and stands in the values", async () => {
  const { decisions, values } = await carry({ LOG_LEVEL: "TRACE" }, { LOG_LEVEL: "DEBUG" });
  expect(decisions).toEqual([]);
  expect(values).toEqual({ settings: { logLevel: "DEBUG" } });
});

it("a key file of a Secret becomes the chart's; one of another volume is mounted as it was", async () => {
  const mounted = (volume: object): object => ({
    pod: { volumes: [{ name: "key", ...volume }] },
    container: {
      env: [{ name: "GCLOUD_CREDENTIALS_FILE", value: "/etc/key/account.json" }],
      volumeMounts: [{ name: "key", mountPath: "/etc/key" }],
    },
  });
  const ofSecret = await carry({}, {}, mounted({ secret: { secretName: "gce" } }));
  expect(ofSecret.values).toEqual({ cloud: { google: { secretName: "google" } } });
  expect(ofSecret.secrets).toEqual([
    {
      name: "google",
      entries: [
        { key: "key.json", read: expect.stringContaining("get secret gce --output jsonpath='{.data.account\\.json}'") },
      ],
    },
  ]);
  const ofHost = await carry({}, {}, mounted({ hostPath: { path: "/srv" } }));
  expect(ofHost.values).toEqual({
    extraEnv: [{ name: "GCLOUD_CREDENTIALS_FILE", value: "/etc/key/account.json" }],
    extraVolumes: [{ name: "key", hostPath: { path: "/srv" } }],
    extraVolumeMounts: [{ name: "key", mountPath: "/etc/key" }],
  });
});

it("sets values only that the chart has", async () => {
  const every = Object.values(settingTable).map(({ variable, default: fallback }) => [variable, fallback ?? "/x"]);
  const cloud = { AWS_REGION: "r", AWS_ACCESS_KEY_ID: "a", GCLOUD_PROJECT: "p", GCLOUD_JSON_KEYFILE_STRING: KEY };
  const more = { DIGITALOCEAN_ACCESS_TOKEN: "t", HTTP_PROXY: "h", HTTPS_PROXY: "h", NO_PROXY: "n", TZ: "UTC" };
  const pod = {
    nodeSelector: { a: "b" },
    tolerations: [{ key: "a" }],
    affinity: { nodeAffinity: {} },
    priorityClassName: "high",
  };
  const { values } = await carry({ ...Object.fromEntries(every), ...cloud, ...more }, {}, { pod });
  const paths = [...pathsOf(values, chartValues)];
  expect(paths.filter(([, isThere]) => !isThere)).toEqual([]);
  expect(paths.length).toBeGreaterThan(40);
});

function* pathsOf(values: Fields, sections: ChartSection["values"], path = ""): Generator<[string, boolean]> {
  for (const [name, value] of Object.entries(values)) {
    const known: ChartValue | ChartSection | undefined = sections[name];
    if (known?.kind === "section") yield* pathsOf(value as Fields, known.values, `${path}${name}.`);
    else yield [path + name, known !== undefined];
  }
}

interface Parts {
  readonly pod?: object;
  readonly container?: object;
}

async function carry(
  variables: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, string>> = {},
  { pod = {}, container = {} }: Parts = {},
): Promise<Carried> {
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  const manifest = {
    metadata: { namespace: "kube-system", name: "k8s-snapshots" },
    spec: { template: { spec: { containers: [{ name: "k8s-snapshots", image: "x", env, ...container }], ...pod } } },
  };
  return carryOver(await readFormerDeployment(manifest, async () => undefined), flags);
}
