import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { daemonOf, only, podOf, type Rendering } from "./chart.ts";
import { chartFolder } from "./render-manifest.ts";

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

const kindsOf = ({ objects }: Rendering): string[] => objects.map(({ kind }) => kind);

/** What people set, and what the chart must make of it. */
export const toggles: [string, object, (rendering: Rendering) => void | Promise<void>][] = [
  [
    "nothing",
    {},
    (rendering) => {
      expect(kindsOf(rendering).sort()).toEqual([
        ...["ClusterRole", "ClusterRole", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"],
        ...["Deployment", "NetworkPolicy", "Role", "RoleBinding", "ServiceAccount"],
      ]);
      expect(only(rendering, "Deployment").spec).toMatchObject({ replicas: 2, strategy: { type: "RollingUpdate" } });
      expect(daemonOf(rendering).env).toBeUndefined();
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
