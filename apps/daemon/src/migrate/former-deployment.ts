import { type Fields, fieldsAt, listAt, textAt } from "./manifest-fields.ts";

/** The Deployment that is moved from: the Python daemon's, or one of this daemon's earlier releases. */
export interface FormerDeployment {
  readonly namespace: string;
  readonly name: string;

  /** Such as `elsdoerfer/k8s-snapshots:v2.0`. */
  readonly image: string;
  readonly replicas: number;

  /** Default: the namespace's own. */
  readonly serviceAccount: string | undefined;
  readonly variables: readonly FormerVariable[];

  /** `envFrom` of Secrets, and of ConfigMaps that could not be read: which variables they have is not known. */
  readonly unreadSources: readonly Fields[];

  /** `spec.template.spec` */
  readonly pod: Fields;
  readonly podAnnotations: Fields;

  /** Annotations of the service account. */
  readonly accountAnnotations: Fields;

  /** Of the container, among the pod's. */
  readonly container: Fields & { readonly index: number };
}

/** An environment variable of the daemon. */
export interface FormerVariable {
  readonly name: string;

  /** `undefined`: it stands elsewhere, in {@link source}. */
  readonly value: string | undefined;

  /** `valueFrom`: a Secret, or what could not be read. */
  readonly source?: Fields;
}

/** Finds an object that the Deployment refers to; `undefined` where it is not known. */
export type FindObject = (
  kind: "ConfigMap" | "ServiceAccount",
  namespace: string,
  name: string,
) => Promise<Fields | undefined>;

/**
 * Reads the manifest of a Deployment, of any apiVersion. Secrets are not read.
 *
 * @throws {Error} if it has no container
 */
export async function readFormerDeployment(manifest: Fields, find: FindObject): Promise<FormerDeployment> {
  const namespace = textAt(manifest, "metadata", "namespace") ?? "default";
  const name = textAt(manifest, "metadata", "name") ?? "k8s-snapshots";
  const pod = fieldsAt(manifest, "spec", "template", "spec");
  const container = daemonOf(pod);
  if (container === undefined)
    throw new Error(`Deployment ${namespace}/${name} has no container: is it a Deployment of k8s-snapshots?`);
  const { replicas } = fieldsAt(manifest, "spec");
  const serviceAccount = textAt(pod, "serviceAccountName") ?? textAt(pod, "serviceAccount");
  const account = await find("ServiceAccount", namespace, serviceAccount ?? "default");
  const { variables, unreadSources } = await readVariables(container, namespace, find);
  return {
    namespace,
    name,
    image: textAt(container, "image") ?? "",
    replicas: typeof replicas === "number" ? replicas : 1,
    serviceAccount,
    variables,
    unreadSources,
    pod,
    podAnnotations: fieldsAt(manifest, "spec", "template", "metadata", "annotations"),
    accountAnnotations: fieldsAt(account, "metadata", "annotations"),
    container,
  };
}

/** The container that looks most like it, among sidecars. */
function daemonOf(pod: Fields): FormerDeployment["container"] | undefined {
  const containers = listAt(pod, "containers").map((container, index) => ({ ...container, index }));
  return (
    containers.find((container) => /k8s-snapshots/.test(textAt(container, "image") ?? "")) ??
    containers.find((container) => textAt(container, "name") === "k8s-snapshots") ??
    containers[0]
  );
}

async function readVariables(
  container: Fields,
  namespace: string,
  find: FindObject,
): Promise<Pick<FormerDeployment, "variables" | "unreadSources">> {
  const variables = new Map<string, FormerVariable>();
  const unreadSources: Fields[] = [];
  for (const source of listAt(container, "envFrom")) {
    const configMap = textAt(source, "configMapRef", "name");
    const found = configMap === undefined ? undefined : await find("ConfigMap", namespace, configMap);
    if (found === undefined) unreadSources.push(source);
    const prefix = textAt(source, "prefix") ?? "";
    for (const [key, value] of Object.entries(fieldsAt(found, "data"))) {
      variables.set(prefix + key, { name: prefix + key, value: String(value) });
    }
  }
  for (const variable of listAt(container, "env")) {
    const name = textAt(variable, "name");
    if (name === undefined) continue;
    const { value, valueFrom } = variable;
    if (valueFrom === undefined || valueFrom === null) {
      // Kubernetes takes nothing but texts; a file that nobody applied yet may have a number.
      variables.set(name, { name, value: value === undefined || value === null ? "" : String(value) });
      continue;
    }
    const reference = fieldsAt(valueFrom, "configMapKeyRef");
    const configMap = textAt(reference, "name");
    const found = configMap === undefined ? undefined : await find("ConfigMap", namespace, configMap);
    const read = fieldsAt(found, "data")[textAt(reference, "key") ?? ""];
    if (read === undefined && found !== undefined && reference["optional"] === true) continue;
    variables.set(name, {
      name,
      value: read === undefined ? undefined : String(read),
      ...(read === undefined && { source: fieldsAt(valueFrom) }),
    });
  }
  return { variables: [...variables.values()], unreadSources };
}
