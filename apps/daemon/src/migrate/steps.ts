import type { Carried } from "./carry.ts";
import type { FormerDeployment } from "./former-deployment.ts";
import { type Fields, listAt, textAt } from "./manifest-fields.ts";
import type { Step } from "./migration.ts";
import { DEFAULT_NAMESPACE, DEFAULT_RELEASE } from "./target.ts";

/** What the steps depend on. */
export interface StepsContext {
  readonly carried: Pick<Carried, "deployment" | "secrets" | "values">;

  /** The command line that this was, without its output. */
  readonly again: string;

  /** The definition of SnapshotRules: `undefined` where it is not known. */
  readonly definition: "absent" | "current" | "outdated" | undefined;
}

/** What to do by hand, in order. */
export function stepsOf({
  carried: { deployment, secrets, values },
  definition,
  again,
}: StepsContext): readonly Step[] {
  const isInPlace = deployment?.namespace === DEFAULT_NAMESPACE;
  const steps: Step[] = [{ what: "Keep the values.", commands: [`${again} --output values > values.yaml`] }];
  if (!isInPlace)
    steps.push({ what: "Make the namespace.", commands: [`kubectl create namespace ${DEFAULT_NAMESPACE}`] });
  for (const { name, entries } of secrets) {
    const literals = entries.map(({ key, read }) => `--from-literal=${key}="$(${read})"`);
    const create = [`kubectl --namespace ${DEFAULT_NAMESPACE} create secret generic ${name}`, ...literals].join(
      " \\\n  ",
    );
    // There may be one of that name, with more in it.
    const command = isInPlace ? `${create} \\\n  --dry-run=client --output yaml | kubectl apply -f -` : create;
    steps.push({ what: `Make the Secret ${name} of what the former daemon has.`, commands: [command] });
  }
  if (deployment !== undefined) steps.push(...copySteps(deployment, values), ...stopSteps(deployment));
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

/** What the values name and nobody makes has to be in the namespace. */
function copySteps({ namespace }: FormerDeployment, values: Fields): readonly Step[] {
  if (namespace === DEFAULT_NAMESPACE) return [];
  return [...namedIn(values)].map((named) => {
    const read = `kubectl --namespace ${namespace} get ${named} --output yaml`;
    const moved = `sed 's/^  namespace: .*/  namespace: ${DEFAULT_NAMESPACE}/'`;
    return { what: `Copy the ${named}.`, commands: [`${read} | ${moved} | kubectl create -f -`] };
  });
}

/** `secret aws`, `configmap backup`: those that variables and volumes are taken from. */
function namedIn(values: Fields): ReadonlySet<string> {
  const references = [
    ...listAt(values, "extraEnvFrom").flatMap(({ secretRef, configMapRef }) => [
      ["secret", textAt(secretRef, "name")],
      ["configmap", textAt(configMapRef, "name")],
    ]),
    ...listAt(values, "extraEnv").flatMap(({ valueFrom }) => [
      ["secret", textAt(valueFrom, "secretKeyRef", "name")],
      ["configmap", textAt(valueFrom, "configMapKeyRef", "name")],
    ]),
    ...listAt(values, "extraVolumes").flatMap(({ secret, configMap }) => [
      ["secret", textAt(secret, "secretName")],
      ["configmap", textAt(configMap, "name")],
    ]),
  ];
  return new Set(references.flatMap(([kind, name]) => (name === undefined ? [] : [`${kind} ${name}`])));
}

function stopSteps({ namespace, name }: FormerDeployment): readonly Step[] {
  const why = "two of them would both take snapshots, and the former one would delete those of the other.";
  const rights = {
    what: "Keep the rights of the former daemon, for the way back.",
    commands: ["kubectl get clusterrole,clusterrolebinding k8s-snapshots --output yaml > rights-before.yaml"],
  };
  if (namespace !== DEFAULT_NAMESPACE || name !== DEFAULT_RELEASE) {
    const stop = `kubectl --namespace ${namespace} scale deployment ${name} --replicas 0`;
    return [rights, { what: `Stop the former daemon: ${why}`, commands: [stop] }];
  }
  // Which pods a Deployment has cannot be changed.
  const keep = `kubectl --namespace ${namespace} get deployment ${name} --output yaml > deployment-before.yaml`;
  const remove = `kubectl --namespace ${namespace} delete deployment ${name}`;
  return [rights, { what: `Remove the former Deployment, whose name is taken: ${why}`, commands: [keep, remove] }];
}
