import { createKubernetesClient, isNotFound, type KubernetesClient, servedDefinition } from "@k8s-snapshots/k8s-source";
import { openCluster } from "../cluster-access.ts";
import { readCluster } from "../cluster-reading/read-cluster.ts";
import { openSession } from "../session.ts";
import { assembleMigration } from "./assemble.ts";
import { carryOver } from "./carry.ts";
import { type FormerDeployment, readFormerDeployment } from "./former-deployment.ts";
import { fieldsAt, listAt, textAt } from "./manifest-fields.ts";
import type { Migration } from "./migration.ts";
import type { MigrationRequest } from "./migration-request.ts";
import { planningSettings } from "./planning-settings.ts";

/** Which Deployment is moved from. */
export interface DeploymentName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Works out a move by what a cluster and its storage systems have. Changes nothing.
 *
 * @param onStep - called with what is done next. Default: no listener
 * @throws {Error} if the cluster cannot be read, or has no such Deployment
 */
export async function migrateFromCluster(
  of: DeploymentName,
  { settings: own, flags, again, environment }: MigrationRequest,
  onStep: (step: string) => void = () => undefined,
): Promise<Migration> {
  const access = await openCluster(own, environment);
  const { server, origin = "by an access of its own" } = access;
  using client = createKubernetesClient(access);
  onStep(`Reading Deployment ${of.namespace}/${of.name} of ${server}, ${origin}`);
  const deployment = await readDeployment(client, of);
  const carried = carryOver(deployment, flags);
  const settings = planningSettings(carried.environment, flags, own);
  await using session = await openSession(settings, { ...environment, ...carried.environment });
  onStep("Listing the snapshots of every location that has a rule");
  const reading = await readCluster(session, settings);
  onStep("Running the disks forward");
  return assembleMigration({
    now: reading.now.getTime(),
    asked: `Asked ${server}, ${origin}, and its storage systems`,
    cluster: reading.cluster,
    again,
    carried,
    rules: reading,
    locations: reading.locations,
    definition: (await servedDefinition(client)).state,
  });
}

async function readDeployment(
  client: KubernetesClient,
  { namespace, name }: DeploymentName,
): Promise<FormerDeployment> {
  let manifest: unknown;
  try {
    manifest = await client.request({ path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}` });
  } catch (error) {
    if (!isNotFound(error))
      throw new Error(`cannot read Deployment ${namespace}/${name}: ${(error as Error).message}`, { cause: error });
    throw new Error(`there is no Deployment ${namespace}/${name}: ${await whereElse(client)}`, { cause: error });
  }
  const paths = { ConfigMap: "configmaps", ServiceAccount: "serviceaccounts" } as const;
  return readFormerDeployment(fieldsAt(manifest), async (kind, where, what) => {
    try {
      return fieldsAt(await client.request({ path: `/api/v1/namespaces/${where}/${paths[kind]}/${what}` }));
    } catch {
      // What may not be read, or is not there, is reported as not known.
      return undefined;
    }
  });
}

async function whereElse(client: KubernetesClient): Promise<string> {
  const remedy = "name it with --namespace and --deployment, or give its manifest with --deployment FILE";
  try {
    const deployments = listAt(await client.request({ path: "/apis/apps/v1/deployments" }), "items");
    const found = deployments.filter((deployment) =>
      listAt(deployment, "spec", "template", "spec", "containers").some((one) =>
        /k8s-snapshots/.test(textAt(one, "image") ?? ""),
      ),
    );
    const names = found.map((one) => `${textAt(one, "metadata", "namespace")}/${textAt(one, "metadata", "name")}`);
    return names.length === 0 ? remedy : `${names.join(", ")} looks like it; ${remedy}`;
  } catch {
    return remedy;
  }
}
