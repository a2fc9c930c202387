import type { FormerDeployment } from "./former-deployment.ts";
import { fieldsAt, listAt, textAt } from "./manifest-fields.ts";
import type { Change } from "./migration.ts";
import { DEFAULT_NAMESPACE, DEFAULT_RELEASE } from "./target.ts";
import type { ValuesBuilder } from "./values-builder.ts";

/** @see {@link https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane} */
const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";
const formerRoles = { "node-role.kubernetes.io/master": "", "kubernetes.io/role": "master" } as const;

/** Annotations of a service account by which a cloud knows it, and where the chart has them. */
const accounts = [
  { key: "eks.amazonaws.com/role-arn", path: "cloud.aws.roleArn", policy: "the role's trust policy" },
  {
    key: "iam.gke.io/gcp-service-account",
    path: "cloud.google.serviceAccount",
    policy: "the account's role roles/iam.workloadIdentityUser",
  },
] as const;

/** Annotations of a pod by which kube2iam, kiam and the like know it. */
const ofPods: ReadonlySet<string> = new Set(["iam.amazonaws.com/role", "iam.amazonaws.com/external-id"]);

/**
 * Carries over where the pod runs, and who it is to its cloud.
 *
 * @param values - gets what they become
 * @returns what is not as it was
 */
export function carryPod(deployment: FormerDeployment, values: ValuesBuilder): readonly Change[] {
  const { pod, podAnnotations, accountAnnotations, unreadSources } = deployment;
  const changes: Change[] = [];
  for (const { key, path, policy } of accounts) {
    const who = textAt(accountAnnotations, key);
    if (who === undefined) continue;
    values.set(path, who);
    const what = `${policy} names ${deployment.namespace}/${deployment.serviceAccount ?? "default"}: let it name ${DEFAULT_NAMESPACE}/${DEFAULT_RELEASE} too`;
    changes.push({ about: who, what });
  }
  const annotations = Object.entries(podAnnotations).filter(([key]) => ofPods.has(key));
  if (annotations.length > 0) values.set("podAnnotations", Object.fromEntries(annotations));
  changes.push(...carryNodes(deployment, values));
  const affinity = fieldsAt(pod, "affinity");
  if (Object.keys(affinity).length > 0) values.set("affinity", affinity);
  const priorityClass = textAt(pod, "priorityClassName");
  if (priorityClass !== undefined) values.set("priorityClassName", priorityClass);
  for (const source of unreadSources) values.add("extraEnvFrom", source);
  if (pod["hostNetwork"] === true) {
    changes.push({
      about: "hostNetwork",
      what: "is not carried over: a pod reaches the machine's metadata where the hop limit is 2, docs/quickstart.md",
    });
  }
  return changes;
}

function carryNodes({ pod }: FormerDeployment, values: ValuesBuilder): readonly Change[] {
  const labels = Object.entries(fieldsAt(pod, "nodeSelector"));
  const isFormer = ([key, value]: readonly [string, unknown]): boolean =>
    key in formerRoles && formerRoles[key as keyof typeof formerRoles] === value;
  const changes: Change[] = [];
  if (labels.length > 0) {
    const selector = labels.map((label) => (isFormer(label) ? [CONTROL_PLANE, ""] : label));
    values.set("nodeSelector", Object.fromEntries(selector));
  }
  for (const [key, value] of labels.filter(isFormer)) {
    const former = value === "" ? key : `${key}=${String(value)}`;
    changes.push({
      about: "nodeSelector",
      what: `${former} is what nodes were labelled before Kubernetes 1.24: now ${CONTROL_PLANE}`,
    });
  }
  for (const toleration of listAt(pod, "tolerations")) {
    const { key, effect } = toleration;
    if (key !== "node-role.kubernetes.io/master") {
      values.add("tolerations", toleration);
      continue;
    }
    values.add("tolerations", { key: CONTROL_PLANE, operator: "Exists", ...(effect !== undefined && { effect }) });
    changes.push({
      about: "tolerations",
      what: `${key} is what nodes were tainted before Kubernetes 1.25: now ${CONTROL_PLANE}`,
    });
  }
  return changes;
}
