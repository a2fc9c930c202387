import type { FormerDeployment, FormerVariable } from "./former-deployment.ts";
import { textAt } from "./manifest-fields.ts";

/** A Secret that the chart's values name. What is in it is read from the cluster when it is made, and never here. */
export interface SecretToMake {
  readonly name: string;
  readonly entries: readonly {
    readonly key: string;

    /** A command that prints it. */
    readonly read: string;
  }[];
}

/** The command that prints what a variable of the former Deployment holds; `undefined`: there is no single one. */
export function commandToRead(
  variable: FormerVariable,
  { namespace, name, container }: FormerDeployment,
): string | undefined {
  if (variable.source === undefined) {
    const path = `{.spec.template.spec.containers[${container.index}].env[?(@.name=="${variable.name}")].value}`;
    return `kubectl --namespace ${namespace} get deployment ${name} --output jsonpath='${path}'`;
  }
  const secret = textAt(variable.source, "secretKeyRef", "name");
  const key = textAt(variable.source, "secretKeyRef", "key");
  if (secret === undefined || key === undefined) return undefined;
  return `kubectl --namespace ${namespace} get secret ${secret} --output jsonpath='{.data.${key.replaceAll(".", "\\.")}}' | base64 --decode`;
}

/** Beside those that are there already. */
export function withEntry(
  secrets: readonly SecretToMake[],
  name: string,
  key: string,
  read: string,
): readonly SecretToMake[] {
  const former = secrets.find((secret) => secret.name === name);
  const entries = [...(former?.entries ?? []).filter((entry) => entry.key !== key), { key, read }];
  return [...secrets.filter((secret) => secret !== former), { name, entries }];
}
