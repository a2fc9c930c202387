import type { Carried } from "./carry.ts";
import { textAt } from "./manifest-fields.ts";
import type { Step } from "./migration.ts";
import { DEFAULT_NAMESPACE, DEFAULT_RELEASE } from "./target.ts";

/** What the steps depend on. */
export interface StepsContext {
  readonly carried: Pick<Carried, "deployment" | "secrets">;

  /** The command line that this was, without its output. */
  readonly again: string;

  /** The definition of SnapshotRules: `undefined` where it is not known. */
  readonly definition: "absent" | "current" | "outdated" | undefined;
}

/** What to do by hand, in order. */
export function stepsOf({ carried: { deployment, secrets }, definition, again }: StepsContext): readonly Step[] {
  const steps: Step[] = [
    { what: "Keep the values.", commands: [`${again} --output values > values.yaml`] },
    { what: "Make the namespace.", commands: [`kubectl create namespace ${DEFAULT_NAMESPACE}`] },
  ];
  for (const { name, entries } of secrets) {
    const literals = entries.map(({ key, read }) => `--from-literal=${key}="$(${read})"`);
    const command = [`kubectl --namespace ${DEFAULT_NAMESPACE} create secret generic ${name}`, ...literals].join(
      " \\\n  ",
    );
    steps.push({ what: `Make the Secret ${name} of what the former daemon has.`, commands: [command] });
  }
  for (const source of deployment?.unreadSources ?? []) {
    const kind = source["secretRef"] === undefined ? "configmap" : "secret";
    const name = textAt(source, kind === "secret" ? "secretRef" : "configMapRef", "name");
    const copied = `kubectl --namespace ${deployment?.namespace} get ${kind} ${name} --output yaml | sed 's/^  namespace: .*/  namespace: ${DEFAULT_NAMESPACE}/' | kubectl create -f -`;
    steps.push({ what: `Copy the ${kind} ${name}, of which all variables are taken.`, commands: [copied] });
  }
  if (deployment !== undefined) {
    steps.push(
      {
        what: "Keep the rights of the former daemon, for the way back.",
        commands: ["kubectl get clusterrole,clusterrolebinding k8s-snapshots --output yaml > rights-before.yaml"],
      },
      {
        what: "Stop the former daemon: two of them would both take snapshots, and it would delete those of the other.",
        commands: [`kubectl --namespace ${deployment.namespace} scale deployment ${deployment.name} --replicas 0`],
      },
    );
  }
  if (definition !== "absent" && definition !== "current") {
    steps.push({
      what: "Replace the definition of SnapshotRules, if there is one. Do not delete it: that deletes all SnapshotRules.",
      commands: [
        "kubectl get snapshotrules --all-namespaces --output yaml > snapshotrules-before.yaml",
        "k8s-snapshots crd | kubectl replace -f - --save-config",
      ],
    });
  }
  steps.push(
    {
      what: "Install this one.",
      commands: [
        `helm install ${DEFAULT_RELEASE} deploy/helm/k8s-snapshots --namespace ${DEFAULT_NAMESPACE} --take-ownership \\\n  --values values.yaml --set image.repository=REGISTRY/k8s-snapshots`,
      ],
    },
    {
      what: "Look at what it does.",
      commands: [
        `kubectl --namespace ${DEFAULT_NAMESPACE} exec deploy/${DEFAULT_RELEASE} -- k8s-snapshots check`,
        `kubectl --namespace ${DEFAULT_NAMESPACE} exec deploy/${DEFAULT_RELEASE} -- k8s-snapshots plan --cluster`,
      ],
    },
  );
  return steps;
}
