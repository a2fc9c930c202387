import { type Setting, valueName } from "../settings/setting.ts";
import { settingTable } from "../settings/settings.ts";
import { type Fields, fieldsAt, listAt, textAt } from "./manifest-fields.ts";
import { DEFAULT_NAMESPACE, DEFAULT_RELEASE } from "./target.ts";

/**
 * The plain manifests with the same settings as the chart's values, for those who have no Helm: a Kustomization beside a copy
 * of deploy/manifests/k8s-snapshots.yaml.
 */
export function kustomizationOf(values: Fields): Fields {
  const annotations = accountAnnotations(values);
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...name, annotations } };
  const patches = [deploymentPatch(values), ...(Object.keys(annotations).length === 0 ? [] : [account])];
  return {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: ["k8s-snapshots.yaml"],
    images: [{ name: "k8s-snapshots", newName: "REGISTRY/k8s-snapshots" }],
    patches: patches.map((patch) => ({ patch: JSON.stringify(patch, undefined, 2) })),
  };
}

const name = { name: DEFAULT_RELEASE, namespace: DEFAULT_NAMESPACE };

/** Where the chart mounts Google's key. */
const GOOGLE_FOLDER = "/var/run/secrets/google";

function deploymentPatch(values: Fields): object {
  const googleSecret = textAt(values, "cloud", "google", "secretName");
  const volumes = [
    ...(googleSecret === undefined ? [] : [{ name: "google", secret: { secretName: googleSecret } }]),
    ...listAt(values, "extraVolumes"),
  ];
  const volumeMounts = [
    ...(googleSecret === undefined ? [] : [{ name: "google", mountPath: GOOGLE_FOLDER, readOnly: true }]),
    ...listAt(values, "extraVolumeMounts"),
  ];
  const container = { name: "k8s-snapshots", env: envOf(values), envFrom: envFromOf(values), volumeMounts };
  const { podAnnotations, nodeSelector, tolerations, affinity, priorityClassName } = values;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: name,
    spec: {
      template: {
        ...(podAnnotations !== undefined && { metadata: { annotations: podAnnotations } }),
        spec: filled({
          nodeSelector,
          tolerations,
          affinity,
          priorityClassName,
          volumes,
          containers: [filled(container)],
        }),
      },
    },
  };
}

function envOf(values: Fields): readonly object[] {
  const variables = new Map<string, string>();
  for (const setting of Object.values(settingTable) as readonly Setting<unknown>[]) {
    const value = fieldsAt(values, "settings")[valueName(setting)];
    const separator = setting.kind === "paths" ? ":" : ",";
    if (value !== undefined)
      variables.set(setting.variable, Array.isArray(value) ? value.join(separator) : String(value));
  }
  const { aws, google } = fieldsAt(values, "cloud");
  const others: Readonly<Record<string, string | undefined>> = {
    AWS_REGION: textAt(aws, "region"),
    GCLOUD_PROJECT: textAt(google, "project"),
    GOOGLE_APPLICATION_CREDENTIALS: textAt(google, "secretName") && `${GOOGLE_FOLDER}/key.json`,
    HTTPS_PROXY: textAt(values, "proxy", "https"),
    HTTP_PROXY: textAt(values, "proxy", "http"),
  };
  for (const [variable, value] of Object.entries(others)) if (value !== undefined) variables.set(variable, value);
  const { noProxy } = fieldsAt(values, "proxy");
  if (Array.isArray(noProxy)) variables.set("NO_PROXY", noProxy.join(","));
  return [...[...variables].map(([variable, value]) => ({ name: variable, value })), ...listAt(values, "extraEnv")];
}

function envFromOf(values: Fields): readonly object[] {
  const secrets = ["aws", "digitalocean"].flatMap((cloud) => textAt(values, "cloud", cloud, "secretName") ?? []);
  return [...secrets.map((secret) => ({ secretRef: { name: secret } })), ...listAt(values, "extraEnvFrom")];
}

function accountAnnotations(values: Fields): Fields {
  return filled({
    "eks.amazonaws.com/role-arn": textAt(values, "cloud", "aws", "roleArn"),
    "iam.gke.io/gcp-service-account": textAt(values, "cloud", "google", "serviceAccount"),
  });
}

/** What there is something of. */
function filled(fields: Fields): Fields {
  const isEmpty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}
