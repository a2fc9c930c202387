import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { settingValue, valueName } from "../apps/daemon/chart/setting-value.ts";
import type { Setting, SettingKind } from "../apps/daemon/src/settings/setting.ts";
import { parseSettings, settingTable } from "../apps/daemon/src/settings/settings.ts";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { only, type Rendering, renderChart, renderExample } from "./harness/chart.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { chartFolder, manifestFile, renderManifest } from "./harness/render-manifest.ts";
import { Helm } from "./harness/run-helm.ts";
import { type KubeApiserver, startKubeApiserver } from "./harness/start-kube-apiserver.ts";

const { kubernetes, kubectl, helm: program, operatorDefinitions } = inject("programs");
const ready = [kubernetes, kubectl, program, operatorDefinitions].every((one) => one !== undefined);
const examples = (await readdir(join(chartFolder, "examples"))).sort();

/** A container that the Pod Security level `restricted` lets pass. */
const container = {
  image: "example.com/proxy:1",
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
};

const podOf = (rendering: Rendering) => only(rendering, "Deployment").spec.template.spec;
const daemonOf = (rendering: Rendering) => podOf(rendering).containers[0];
const kindsOf = ({ objects }: Rendering): string[] => objects.map(({ kind }) => kind);

/** What people set, and what that has to come to. */
const toggles: [string, object, (rendering: Rendering) => void][] = [
  [
    "nothing",
    {},
    (rendering) => {
      expect(kindsOf(rendering).sort()).toEqual([
        ...["ClusterRole", "ClusterRole", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"],
        ...["Deployment", "NetworkPolicy", "ServiceAccount"],
      ]);
      expect(daemonOf(rendering).env).toBeUndefined();
      expect(only(rendering, "Deployment").spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
    },
  ],
  [
    "an image by its tag",
    { image: { repository: "example.com/k", tag: "1.10" } },
    (rendering) => expect(daemonOf(rendering).image).toBe("example.com/k:1.10"),
  ],
  [
    "an image by its digest",
    { image: { digest: `sha256:${"0f".repeat(32)}`, pullPolicy: "Always" }, imagePullSecrets: [{ name: "registry" }] },
    (rendering) => {
      expect(daemonOf(rendering).image).toBe(`k8s-snapshots@sha256:${"0f".repeat(32)}`);
      expect(daemonOf(rendering).imagePullPolicy).toBe("Always");
      expect(podOf(rendering).imagePullSecrets).toEqual([{ name: "registry" }]);
    },
  ],
  ["no daemon", { replicaCount: 0 }, (rendering) => expect(only(rendering, "Deployment").spec.replicas).toBe(0)],
  [
    "settings of every type",
    {
      settings: {
        ...{ backends: ["aws", "local"], useClaimName: false, concurrency: 12, traceMaxBytes: 67_108_864 },
        ...{ minInterval: "PT5M", deletionBudgetShare: 20, pageListen: "", logLevel: "DEBUG", clusterId: null },
      },
    },
    (rendering) =>
      expect(
        Object.fromEntries(
          daemonOf(rendering).env.map((one: { name: string; value: string }) => [one.name, one.value]),
        ),
      ).toEqual({
        ...{ BACKENDS: "aws,local", USE_CLAIM_NAME: "false", CONCURRENCY: "12", TRACE_MAX_BYTES: "67108864" },
        ...{ MIN_INTERVAL: "PT5M", DELETION_BUDGET_SHARE: "20", PAGE_LISTEN: "", LOG_LEVEL: "DEBUG" },
      }),
  ],
  [
    "a name for the cluster, so that the role need not read a namespace",
    { settings: { clusterId: "production" } },
    (rendering) => expect(rendering.yaml).not.toContain("kube-system"),
  ],
  [
    "another port for metrics",
    { settings: { httpListen: ":9090" }, service: { enabled: true, annotations: { a: "b" } } },
    (rendering) => {
      expect(daemonOf(rendering).ports).toEqual([{ name: "http", containerPort: 9090 }]);
      const { annotations } = only(rendering, "Deployment").spec.template.metadata;
      expect(annotations["prometheus.io/port"]).toBe("9090");
      expect(only(rendering, "Service").spec.ports).toEqual([{ name: "http", port: 9090, targetPort: "http" }]);
    },
  ],
  [
    "a status page that others may reach",
    { settings: { pageListen: ":8081" }, service: { enabled: true } },
    (rendering) => {
      expect(daemonOf(rendering).ports).toContainEqual({ name: "page", containerPort: 8081 });
      expect(only(rendering, "Service").spec.ports).toContainEqual({ name: "page", port: 8081, targetPort: "page" });
      const { ingress } = only(rendering, "NetworkPolicy").spec;
      expect(ingress[1]).toEqual({ from: [{ podSelector: {} }], ports: [{ port: "page", protocol: "TCP" }] });
    },
  ],
  [
    "variables beside, and from a secret",
    { extraEnv: [{ name: "TZ", value: "Europe/Berlin" }], extraEnvFrom: [{ secretRef: { name: "more" } }] },
    (rendering) => {
      expect(daemonOf(rendering).env).toEqual([{ name: "TZ", value: "Europe/Berlin" }]);
      expect(daemonOf(rendering).envFrom).toEqual([{ secretRef: { name: "more" } }]);
    },
  ],
  [
    "volumes and containers beside",
    {
      extraVolumes: [{ name: "trace", emptyDir: {} }],
      extraVolumeMounts: [{ name: "trace", mountPath: "/trace" }],
      extraContainers: [{ name: "proxy", ...container }],
      extraInitContainers: [{ name: "first", ...container }],
    },
    (rendering) => {
      const { volumes, containers, initContainers } = podOf(rendering);
      expect(volumes).toEqual([{ name: "trace", emptyDir: {} }]);
      expect(containers.map(({ name }: { name: string }) => name)).toEqual(["k8s-snapshots", "proxy"]);
      expect(containers[0].volumeMounts).toEqual([{ name: "trace", mountPath: "/trace" }]);
      expect(initContainers.map(({ name }: { name: string }) => name)).toEqual(["first"]);
    },
  ],
  [
    "a service account of one's own",
    { serviceAccount: { create: false, name: "mine" } },
    (rendering) => {
      expect(kindsOf(rendering)).not.toContain("ServiceAccount");
      expect(podOf(rendering).serviceAccountName).toBe("mine");
      const [subject] = (only(rendering, "ClusterRoleBinding") as unknown as { subjects: { name: string }[] }).subjects;
      expect(subject?.name).toBe("mine");
    },
  ],
  [
    "no rights",
    { rbac: { create: false, aggregate: false } },
    (rendering) => expect(kindsOf(rendering).filter((kind) => kind.startsWith("ClusterRole"))).toEqual([]),
  ],
  [
    "no definition",
    { crds: { install: false } },
    (rendering) => expect(kindsOf(rendering)).not.toContain("CustomResourceDefinition"),
  ],
  [
    "a definition that goes with the release",
    { crds: { keep: false } },
    (rendering) => expect(only(rendering, "CustomResourceDefinition").metadata.annotations).toBeUndefined(),
  ],
  [
    "where the pod may run",
    {
      priorityClassName: "system-cluster-critical",
      nodeSelector: { "kubernetes.io/arch": "arm64" },
      tolerations: [{ key: "a", operator: "Exists" }],
      affinity: { nodeAffinity: {} },
      topologySpreadConstraints: [
        {
          ...{ maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
          labelSelector: { matchLabels: { "app.kubernetes.io/name": "k8s-snapshots" } },
        },
      ],
      resources: { limits: { memory: "1Gi" } },
      terminationGracePeriodSeconds: 60,
    },
    (rendering) => {
      const pod = podOf(rendering);
      expect(pod).toMatchObject({
        priorityClassName: "system-cluster-critical",
        nodeSelector: { "kubernetes.io/arch": "arm64" },
        tolerations: [{ key: "a", operator: "Exists" }],
        affinity: { nodeAffinity: {} },
        topologySpreadConstraints: [{ maxSkew: 1 }],
        terminationGracePeriodSeconds: 60,
      });
      expect(pod.containers[0].resources.limits).toEqual({ memory: "1Gi" });
    },
  ],
  [
    "labels and annotations of the pod",
    {
      podLabels: { team: "storage", "app.kubernetes.io/name": "another" },
      podAnnotations: { "example.com/a": "b", "prometheus.io/port": "9090" },
    },
    (rendering) => {
      const { spec } = only(rendering, "Deployment");
      expect(spec.template.metadata.labels).toMatchObject({
        team: "storage",
        "app.kubernetes.io/name": "k8s-snapshots",
      });
      expect(spec.template.metadata.annotations).toEqual({
        ...{ "example.com/a": "b", "prometheus.io/scrape": "true", "prometheus.io/port": "9090" },
      });
      expect(spec.selector.matchLabels).not.toHaveProperty("team");
    },
  ],
  [
    "no annotations for Prometheus",
    { scrapeAnnotations: false },
    (rendering) => expect(only(rendering, "Deployment").spec.template.metadata.annotations).toBeUndefined(),
  ],
  [
    "no NetworkPolicy",
    { networkPolicy: { enabled: false } },
    (rendering) => expect(kindsOf(rendering)).not.toContain("NetworkPolicy"),
  ],
  [
    "a NetworkPolicy of egress, too",
    {
      networkPolicy: {
        metricsNamespaces: [{ matchLabels: { "kubernetes.io/metadata.name": "monitoring" } }],
        extraIngress: [{ ports: [{ port: 4180 }] }],
        egress: [{ ports: [{ port: 443 }, { port: 53, protocol: "UDP" }] }],
      },
    },
    (rendering) => {
      const { spec } = only(rendering, "NetworkPolicy");
      expect(spec.policyTypes).toEqual(["Ingress", "Egress"]);
      expect(spec.egress).toHaveLength(1);
      expect(spec.ingress).toHaveLength(2);
      expect(spec.ingress[0].from).toEqual([
        { podSelector: {} },
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } },
      ]);
    },
  ],
  [
    "a PodDisruptionBudget",
    { podDisruptionBudget: { enabled: true } },
    (rendering) => expect(only(rendering, "PodDisruptionBudget").spec.maxUnavailable).toBe(1),
  ],
  [
    "a ServiceMonitor, with its Service",
    {
      serviceMonitor: {
        ...{ enabled: true, labels: { release: "prometheus" }, interval: "1m", scrapeTimeout: "20s" },
        metricRelabelings: [{ action: "labeldrop", regex: "pod" }],
      },
    },
    (rendering) => {
      const { metadata, spec } = only(rendering, "ServiceMonitor");
      expect(metadata.labels?.["release"]).toBe("prometheus");
      expect(spec.endpoints).toEqual([
        {
          ...{ port: "http", path: "/metrics", interval: "1m", scrapeTimeout: "20s" },
          metricRelabelings: [{ action: "labeldrop", regex: "pod" }],
        },
      ]);
      const service = only(rendering, "Service");
      expect(service.metadata.labels).toMatchObject(spec.selector.matchLabels);
      expect(service.spec.ports[0].name).toBe("http");
    },
  ],
  [
    "a PodMonitor, without a Service",
    { podMonitor: { enabled: true } },
    (rendering) => {
      expect(kindsOf(rendering)).not.toContain("Service");
      const { spec } = only(rendering, "PodMonitor");
      expect(spec.podMetricsEndpoints).toEqual([{ port: "http", path: "/metrics" }]);
      expect(only(rendering, "Deployment").spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    },
  ],
  [
    "the alerts",
    { prometheusRule: { enabled: true } },
    (rendering) => {
      const [group] = only(rendering, "PrometheusRule").spec.groups;
      expect(group.rules.length).toBeGreaterThan(9);
      expect(rendering.yaml).toContain("{{ $labels.rule }}");
    },
  ],
  [
    "the dashboard",
    { dashboard: { enabled: true, annotations: { folder: "Storage" } } },
    async (rendering) => {
      const { metadata, data } = only(rendering, "ConfigMap");
      expect(metadata.labels?.["grafana_dashboard"]).toBe("1");
      const source = await readFile(join(chartFolder, "../../monitoring/dashboard.json"), "utf8");
      expect(JSON.parse(data?.["k8s-snapshots.json"] ?? "")).toEqual(JSON.parse(source));
    },
  ],
  [
    "other names",
    { nameOverride: "snapshots", fullnameOverride: "volume-snapshots" },
    (rendering) => {
      expect(only(rendering, "Deployment").metadata.name).toBe("volume-snapshots");
      expect(only(rendering, "Deployment").metadata.labels?.["app.kubernetes.io/name"]).toBe("snapshots");
    },
  ],
  [
    "a proxy and an authority, which the init container needs, too",
    {
      proxy: { https: "http://proxy:3128", http: "http://proxy:3128", noProxy: ["a", "b"] },
      privateAuthority: { configMap: "authority", key: "root.pem" },
      extraBackends: { packages: ["backend-tar@0.1.0"] },
    },
    (rendering) => {
      const variables = [
        { name: "HTTPS_PROXY", value: "http://proxy:3128" },
        { name: "HTTP_PROXY", value: "http://proxy:3128" },
        { name: "NODE_EXTRA_CA_CERTS", value: "/etc/k8s-snapshots/authority/root.pem" },
        { name: "NO_PROXY", value: "a,b" },
      ];
      const { initContainers } = podOf(rendering);
      for (const { env, volumeMounts } of [daemonOf(rendering), initContainers[0]]) {
        expect(env).toEqual(expect.arrayContaining(variables));
        expect(volumeMounts).toContainEqual({
          ...{ name: "authority", mountPath: "/etc/k8s-snapshots/authority", readOnly: true },
        });
      }
      expect(podOf(rendering).volumes).toContainEqual({ name: "authority", configMap: { name: "authority" } });
    },
  ],
];

/** What Helm refuses, and what it says. */
const refusals: [string, object, string][] = [
  ["a misspelt value", { replicas: 1 }, "additional properties 'replicas' not allowed"],
  [
    "a misspelt setting",
    { settings: { minIntervall: "PT1M" } },
    "at '/settings': additional properties 'minIntervall' not allowed",
  ],
  [
    "a setting of another type",
    { settings: { concurrency: "ten" } },
    "at '/settings/concurrency': got string, want null or integer",
  ],
  [
    "a number that is too large",
    { settings: { concurrency: 5000 } },
    "at '/settings/concurrency': maximum: got 5,000, want 1,000",
  ],
  ["a duration that is none", { settings: { minInterval: "1h" } }, "at '/settings/minInterval'"],
  ["a word that is none", { settings: { logLevel: "LOUD" } }, "at '/settings/logLevel'"],
  ["two daemons", { replicaCount: 2 }, "at '/replicaCount': maximum: got 2, want 1"],
  ["half a digest", { image: { digest: "sha256:0f" } }, "at '/image/digest'"],
  [
    "a variable with two values",
    { settings: { logLevel: "DEBUG" }, extraEnv: [{ name: "LOG_LEVEL", value: "INFO" }] },
    "extraEnv has LOG_LEVEL, which another value sets: take it out of one of them",
  ],
  [
    "metrics that nobody can reach",
    { settings: { httpListen: "127.0.0.1:8080" } },
    "where no kubelet can reach the probes",
  ],
  [
    "both monitors",
    { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } },
    "serviceMonitor and podMonitor are both enabled",
  ],
  [
    "backends from two places",
    { extraBackends: { packages: ["a"], prebuiltImage: "b" } },
    "extraBackends has packages and prebuiltImage: set one of them",
  ],
  [
    "a role for an account that is not made",
    { serviceAccount: { create: false }, cloud: { aws: { roleArn: "arn:aws:iam::1:role/a" } } },
    "serviceAccount.create has to be true",
  ],
];

describe.skipIf(program === undefined)("the chart", () => {
  let folder: string;
  let helm: Helm;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "helm-template-"));
    helm = new Helm(program as string, folder);
  });

  afterAll(() => removeFolder(folder));

  test("has no fault that helm lint finds", async () => {
    expect(await helm.run("lint", "--strict", chartFolder)).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  test("is what the plain manifests are rendered from: `pnpm generate` does it", async () => {
    expect(await renderManifest(helm)).toBe(await readFile(manifestFile, "utf8"));
  });

  test.each(refusals)("refuses %s, and says so in one line", async (_, values, line) => {
    const refusal = (await renderChart(helm, folder, values).catch((error: unknown) => error)) as { stderr: string };
    const lines = refusal.stderr.split("\n").filter((one) => one.includes(line));
    expect(lines, refusal.stderr).toHaveLength(1);
  });

  test("has a value for each setting of the daemon, which reads it as it was meant", async () => {
    const settings = Object.entries(settingTable) as [string, Setting<unknown>][];
    const values = Object.fromEntries(settings.map(([, setting]) => [valueName(setting), sampleOf(setting)]));
    const { env } = daemonOf(await renderChart(helm, folder, { settings: values }));
    const variables = Object.fromEntries(env.map((one: { name: string; value: string }) => [one.name, one.value]));
    expect(Object.keys(variables).sort()).toEqual(settings.map(([, { variable }]) => variable).sort());
    const read = parseSettings(variables) as Readonly<Record<string, unknown>>;
    for (const [name, setting] of settings) {
      const given = sampleOf(setting);
      if (["number", "flag", "list", "paths"].includes(setting.kind)) expect(read[name], name).toEqual(given);
      else expect(variables[setting.variable], name).toBe(given);
    }
  });

  test("would replace two daemons one by one, where one is ended first", async () => {
    const strategyOf = async (replicaCount: number): Promise<string> => {
      const rendering = await renderChart(helm, folder, { replicaCount }, "--skip-schema-validation");
      return only(rendering, "Deployment").spec.strategy.type;
    };
    expect([await strategyOf(1), await strategyOf(2)]).toEqual(["Recreate", "RollingUpdate"]);
  });

  test("takes the default of each setting, as values.yaml shows it", async () => {
    const shown = Object.values(settingTable as Readonly<Record<string, Setting<unknown>>>)
      .filter((setting) => setting.default !== undefined)
      .map((setting) => [valueName(setting), settingValue(setting).default]);
    expect(shown.length).toBeGreaterThan(20);
    const { env } = daemonOf(await renderChart(helm, folder, { settings: Object.fromEntries(shown) }));
    const variables = Object.fromEntries(env.map((one: { name: string; value: string }) => [one.name, one.value]));
    expect(JSON.stringify(parseSettings(variables))).toBe(JSON.stringify(parseSettings({})));
  });

  describe.skipIf(!ready)("on a real kube-apiserver", () => {
    let server: KubeApiserver;
    let kubeconfig: string;

    beforeAll(async () => {
      server = await startKubeApiserver(kubernetes as KubernetesBinaries);
      kubeconfig = await server.kubeconfig();
      const definitions = operatorDefinitions as string;
      for (const name of ["servicemonitors", "podmonitors", "prometheusrules"]) {
        await control("create", "-f", join(definitions, `monitoring.coreos.com_${name}.yaml`));
      }
      const { yaml } = await renderChart(
        helm,
        folder,
        { namespace: { create: true } },
        "--show-only",
        "templates/namespace.yaml",
      );
      await apply(yaml);
    });

    afterAll(() => server?.stop());

    test.each(toggles)("takes %s", async (_, values, expectation) => {
      const rendering = await renderChart(helm, folder, values);
      await expectation(rendering);
      await expectWellMade(rendering);
    });

    test.each(examples)("takes the example %s", async (name) => {
      await expectWellMade(await renderExample(helm, folder, name));
    });

    /** Each object is labelled, and passes the API server's own checks without a warning. */
    async function expectWellMade(rendering: Rendering): Promise<void> {
      for (const object of rendering.objects) {
        expect(object, rendering.yaml).not.toBeNull();
        const labels = object.metadata.labels ?? {};
        for (const label of ["name", "instance", "version", "component", "part-of", "managed-by"]) {
          expect(labels[`app.kubernetes.io/${label}`], `${object.kind}: ${label}`).toMatch(/./);
        }
        const isOfTheCluster = /^(?:ClusterRole|ClusterRoleBinding|CustomResourceDefinition)$/.test(object.kind);
        expect(object.metadata.namespace, object.kind).toBe(isOfTheCluster ? undefined : "k8s-snapshots");
      }
      const { selector, template } = only(rendering, "Deployment").spec;
      expect(Object.keys(selector.matchLabels)).toEqual(["app.kubernetes.io/name", "app.kubernetes.io/instance"]);
      expect(template.metadata.labels).toMatchObject(selector.matchLabels);
      const checked = await apply(rendering.yaml, "--dry-run=server");
      expect(checked.trim().split("\n")).toHaveLength(rendering.objects.length);
    }

    async function apply(yaml: string, ...words: string[]): Promise<string> {
      const file = join(folder, "rendered.yaml");
      await writeFile(file, yaml);
      return control("apply", "--validate=strict", "--warnings-as-errors", "-f", file, ...words);
    }

    async function control(...words: string[]): Promise<string> {
      const { stdout } = await promisify(execFile)(kubectl as string, ["--kubeconfig", kubeconfig, ...words]);
      return stdout;
    }
  });
});

/** A value other than the default. */
function sampleOf({ kind, variable, range, words }: Setting<unknown>): unknown {
  const samples: Readonly<Record<SettingKind, unknown>> = {
    address: "0.0.0.0:9191",
    duration: "P3D",
    flag: true,
    list: ["one", "two"],
    number: range?.most,
    path: "/var/lib/file",
    paths: ["/a", "/b"],
    percentage: "25 %",
    strftime: "%s",
    text: variable.endsWith("_KEY") ? "example.com/key" : "value",
    url: "https://example.com/ping",
    word: words?.at(-1),
  };
  return samples[kind];
}
