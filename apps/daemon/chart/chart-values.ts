import { type Setting, valueName } from "../src/settings/setting.ts";
import { settingTable } from "../src/settings/settings.ts";
import { type ChartSection, flag, integer, object, objects, section, text, texts, word, words } from "./chart-value.ts";
import { settingValue } from "./setting-value.ts";

/** Where a release of this project puts its image: of the chart, and of the plain manifest that is rendered from it. */
const IMAGE_REPOSITORY = "k8s-snapshots";

/** What installs npm packages of other backends; not part of the daemon's own image, which has no package manager. */
const NODE_IMAGE = "node:24-slim";

const digest = { type: "string", pattern: "^(sha256:[0-9a-f]{64})?$" };

const settings = Object.values(settingTable) as readonly Setting<unknown>[];

/** All values of the chart: values.yaml, values.schema.json and the table of its README are made of this. */
export const chartValues: ChartSection["values"] = {
  image: section("The daemon's image.", {
    repository: text("registry and name of the image", IMAGE_REPOSITORY),
    tag: text("tag of the image; empty: the chart's appVersion"),
    digest: { ...text("such as sha256:…, which then counts instead of the tag"), schema: digest },
    pullPolicy: word("when nodes pull it", ["IfNotPresent", "Always", "Never"], "IfNotPresent"),
  }),
  imagePullSecrets: objects("secrets to pull images with, such as [{ name: registry }]"),
  replicaCount: integer(
    "replicas, which share the locations and stand in for each other; 0 stops the daemon",
    0,
    100,
    2,
  ),
  settings: section(
    "The daemon's settings, by the names of its environment variables; docs/reference/settings.md has more.",
    {
      ...Object.fromEntries(settings.map((setting) => [valueName(setting), settingValue(setting)])),
    },
  ),
  cloud: section("Who the daemon is to its storage systems. Secrets are made beforehand: the chart names them only.", {
    aws: section("EBS. With EKS Pod Identity, nothing but the region.", {
      region: text("region of volumes that do not say theirs (AWS_REGION)"),
      roleArn: text("role for IRSA: arn:aws:iam::ACCOUNT_ID:role/k8s-snapshots"),
      secretName: text("secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    }),
    google: section("Persistent Disks.", {
      project: text("project of disks that do not say theirs (GCLOUD_PROJECT)"),
      serviceAccount: text("account for workload identity: k8s-snapshots@PROJECT.iam.gserviceaccount.com"),
      secretName: text("secret with the key file of an account"),
      secretKey: text("name of the key file in that secret", "key.json"),
    }),
    digitalocean: section("Block storage.", {
      secretName: text("secret with DIGITALOCEAN_ACCESS_TOKEN"),
    }),
  }),
  extraBackends: section(
    "Backends of others: npm packages, put where the daemon finds them. Name them in settings.backends.",
    {
      packages: words(
        "npm packages with their versions, installed by an init container at each start",
        "^[^-\\s]\\S*$",
      ),
      image: text("image with node and npm that installs them", NODE_IMAGE),
      prebuiltImage: text("image that has them already, and cp: they are copied from it, and packages has to be empty"),
      prebuiltPath: text("where its node_modules folder is", "/backends/node_modules"),
      sizeLimit: text("size of the volume that they are put in", "512Mi"),
      resources: object("requests and limits of the init container", {
        requests: { cpu: "10m", memory: "128Mi" },
        limits: { memory: "512Mi" },
      }),
    },
  ),
  extraEnv: objects("environment variables beside, such as those of backends: [{ name: …, value: … }]"),
  extraEnvFrom: objects("secrets and ConfigMaps with variables: [{ secretRef: { name: … } }]"),
  extraVolumes: objects("volumes of the pod"),
  extraVolumeMounts: objects("where the daemon finds them"),
  extraContainers: objects("containers beside the daemon, such as a proxy before the status page"),
  extraInitContainers: objects("containers that run before it"),
  proxy: section("Proxies on the way to the clouds.", {
    https: text("proxy for https (HTTPS_PROXY)"),
    http: text("proxy for http (HTTP_PROXY)"),
    noProxy: words("hosts that are asked directly (NO_PROXY)"),
  }),
  privateAuthority: section(
    "A certificate authority of your own, trusted beside the public ones (NODE_EXTRA_CA_CERTS).",
    {
      configMap: text("ConfigMap that has its certificates in PEM"),
      key: text("key in that ConfigMap", "ca.crt"),
    },
  ),
  serviceAccount: section("Who the daemon is in the cluster.", {
    create: flag("make the account", true),
    name: text("name of the account; empty: the release's"),
    annotations: texts("annotations of the account"),
  }),
  rbac: section("What it may do there.", {
    create: flag("make ClusterRole and ClusterRoleBinding", true),
    aggregate: flag("whoever may edit or view a namespace may edit or view its SnapshotRules", true),
  }),
  crds: section("The definition of SnapshotRules.", {
    install: flag("install it, and upgrade it with the release", true),
    keep: flag("leave it, with all SnapshotRules, when the release is uninstalled", true),
  }),
  namespace: section("For `helm template`: with `helm install`, use --create-namespace.", {
    create: flag("make the release's namespace, with the Pod Security level restricted", false),
  }),
  resources: object("requests and limits of the daemon", {
    requests: { cpu: "10m", memory: "128Mi" },
    limits: { memory: "384Mi" },
  }),
  podLabels: texts("further labels of the pod"),
  podAnnotations: texts("further annotations of the pod"),
  scrapeAnnotations: flag("prometheus.io/scrape and port on the pod, for a Prometheus without operator", true),
  priorityClassName: text("PriorityClass of the pod"),
  nodeSelector: texts("labels of the nodes that it may run on"),
  tolerations: objects("taints that it tolerates"),
  affinity: object("affinity of the pod"),
  topologySpreadConstraints: objects("how its pods spread over nodes and zones"),
  podSecurityContext: object("security context of the pod", {
    runAsNonRoot: true,
    runAsUser: 65532,
    runAsGroup: 65532,
    seccompProfile: { type: "RuntimeDefault" },
  }),
  securityContext: object("security context of the containers", {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  }),
  terminationGracePeriodSeconds: integer("seconds to end in; what is under way has 10 to finish", 10, 3_600, 30),
  service: section("A Service before metrics and, where it listens on more than the loopback, the status page.", {
    enabled: flag("make a Service; serviceMonitor.enabled does so, too", false),
    annotations: texts("annotations of the Service"),
  }),
  networkPolicy: section("Who may reach the pod.", {
    enabled: flag("make a NetworkPolicy: only who is named here, and pods of its own namespace, may", true),
    metricsNamespaces: objects("selectors of the namespaces that may ask for metrics", [
      { matchLabels: { metrics: "enabled" } },
    ]),
    extraIngress: objects("further rules, such as for the port of a proxy before the status page"),
    egress: objects("where the pod may connect to; empty: anywhere"),
  }),
  podDisruptionBudget: section("For evictions.", {
    enabled: flag("make a PodDisruptionBudget", false),
    maxUnavailable: {
      kind: "value",
      description: "how many pods may be away: 0 blocks the draining of the node",
      schema: { type: ["integer", "string"], minimum: 0, pattern: "^[0-9]+%$" },
      default: 1,
    },
  }),
  serviceMonitor: section("For the Prometheus Operator: scrapes the Service.", monitor("ServiceMonitor")),
  podMonitor: section("The same without a Service.", monitor("PodMonitor")),
  prometheusRule: section("The alerts, for the Prometheus Operator.", {
    enabled: flag("make a PrometheusRule", false),
    labels: texts("labels that the operator selects it by, such as release: kube-prometheus-stack"),
  }),
  dashboard: section("The Grafana dashboard, as a ConfigMap that Grafana's sidecar finds.", {
    enabled: flag("make a ConfigMap", false),
    labels: texts("labels that the sidecar selects it by", { grafana_dashboard: "1" }),
    annotations: texts("annotations, such as the folder in Grafana"),
  }),
  nameOverride: text("app.kubernetes.io/name, instead of the chart's name"),
  fullnameOverride: text("name of the objects, instead of the release's"),
};

function monitor(kind: string): ChartSection["values"] {
  return {
    enabled: flag(`make a ${kind}`, false),
    labels: texts("labels that the operator selects it by"),
    interval: text("how often to scrape; empty: Prometheus' own"),
    scrapeTimeout: text("how long that may take"),
    relabelings: objects("changes to targets"),
    metricRelabelings: objects("changes to series"),
  };
}
