import { deriveRules, objectsOfManifests, SNAPSHOT_RULE_API_VERSION } from "@k8s-snapshots/k8s-source";
import { type Clock, planLocations, systemClock } from "@k8s-snapshots/scheduler";
import { backendNames } from "../backends/backend-names.ts";
import { BackendRegistry } from "../backends/backend-registry.ts";
import { findBackends } from "../backends/find-backends.ts";
import { UsageError } from "../commands/usage-error.ts";
import { resolveRules } from "../rules/read-rules.ts";
import { ruleSettings } from "../rules/rule-settings.ts";
import { policyOf } from "../settings/policy.ts";
import { assembleMigration } from "./assemble.ts";
import { carryOver } from "./carry.ts";
import { readFileSnapshots } from "./file-snapshots.ts";
import { readFormerDeployment } from "./former-deployment.ts";
import { type Fields, textAt } from "./manifest-fields.ts";
import type { Change, Decision, Migration } from "./migration.ts";
import type { MigrationRequest } from "./migration-request.ts";
import { offlineBackends, offlineEnvironment } from "./offline-backends.ts";
import { listingBackend, placeSnapshots } from "./placed-snapshots.ts";
import { planningSettings } from "./planning-settings.ts";
import { readManifests } from "./read-manifests.ts";

/** The files that a move is worked out of, as the command line names them; `-` is the standard input. */
export interface MigrationFiles {
  readonly deployment: string | undefined;
  readonly rules: string | undefined;
  readonly snapshots: string | undefined;
}

/** In place of a cluster's id, where no setting says one. */
const NO_CLUSTER = "the-cluster-that-is-moved";

/**
 * Works out a move of files alone. Asks nobody.
 *
 * @param read - the text of a file
 * @param now - as if it were this time
 * @throws {UsageError} if a file cannot be read
 */
export async function migrateFromFiles(
  files: MigrationFiles,
  { settings: own, flags, again, environment }: MigrationRequest,
  read: (flag: string, file: string) => Promise<string>,
  now: Date,
): Promise<Migration> {
  const manifestsOf = async (flag: string, file: string | undefined): Promise<readonly Fields[]> =>
    file === undefined ? [] : readManifests(flag, file, await read(flag, file));
  const manifests = [
    ...(await manifestsOf("--deployment", files.deployment)),
    ...(await manifestsOf("--rules", files.rules)),
  ];
  const deployment = await deploymentOf(manifests, files.deployment);
  const carried = carryOver(deployment, flags);
  const settings = planningSettings(carried.environment, flags, own);
  const { decisions, changes, usable } = sortOut(manifests);
  const objects = objectsOrThrow(usable, settings.deltasAnnotationKey);
  await using registry = new BackendRegistry(
    offlineBackends(await findBackends(backendNames(settings))),
    offlineEnvironment({ ...environment, ...carried.environment }),
  );
  const set = deriveRules(objects, ruleSettings(settings, { namespace: undefined }));
  const rules = await resolveRules(set, objects, registry);
  const snapshots =
    files.snapshots === undefined ? [] : readFileSnapshots(files.snapshots, await read("--snapshots", files.snapshots));
  const author = { [settings.authorLabelKey]: settings.authorLabel };
  const placed = placeSnapshots(snapshots, rules.resolved.rules, author);
  const { clusterId } = settings;
  const locations = await planLocations({
    backends: new Map([...registry.loaded].map(([name, backend]) => [name, listingBackend(backend, placed, now)])),
    cluster: clusterId ?? NO_CLUSTER,
    formerClusters: settings.formerClusterIds ?? [],
    rules: rules.resolved.rules,
    unresolved: rules.resolved.unresolved,
    policy: policyOf(settings),
    clock: standingClock(now),
  });
  const count = placed.elsewhere.length;
  const left: Change[] =
    count === 0
      ? []
      : [
          {
            about: files.snapshots ?? "",
            what: `${count} of its snapshots are of disks that nothing asks for: nobody deletes them`,
          },
        ];
  return assembleMigration({
    now: now.getTime(),
    asked: `Read ${[...new Set(Object.values(files))].filter((file) => file !== undefined).join(", ")}; no cluster and no storage system was asked`,
    cluster: clusterId,
    again,
    carried,
    rules,
    locations,
    definition: undefined,
    decisions,
    changes: [...changes, ...left],
  });
}

/** No time passes, so that the same files always give the same result. */
function standingClock(now: Date): Clock {
  return { ...systemClock, monotonic: () => 0, wall: () => now.getTime() };
}

async function deploymentOf(manifests: readonly Fields[], file: string | undefined) {
  const [manifest, ...others] = manifests.filter(({ kind }) => kind === "Deployment");
  if (others.length > 0)
    throw new UsageError(`--deployment ${file} has ${others.length + 1} Deployments: leave the one of k8s-snapshots`);
  if (manifest === undefined && file !== undefined) {
    throw new UsageError(
      `--deployment ${file} has no Deployment: kubectl get deployment k8s-snapshots --output yaml prints one`,
    );
  }
  return (
    manifest &&
    readFormerDeployment(manifest, async (kind, namespace, name) =>
      manifests.find(
        (one) =>
          one["kind"] === kind &&
          textAt(one, "metadata", "name") === name &&
          (textAt(one, "metadata", "namespace") ?? namespace) === namespace,
      ),
    )
  );
}

/** What was served by earlier versions of Kubernetes, and is not any more. */
function sortOut(manifests: readonly Fields[]): {
  readonly decisions: readonly Decision[];
  readonly changes: readonly Change[];
  readonly usable: readonly Fields[];
} {
  const decisions: Decision[] = [];
  const changes: Change[] = [];
  const usable: Fields[] = [];
  for (const manifest of manifests) {
    const { apiVersion, kind } = manifest;
    const about = `${String(kind)}/${textAt(manifest, "metadata", "name") ?? ""}`;
    if (kind === "ThirdPartyResource") {
      changes.push({
        about,
        what: "no Kubernetes since 1.8 serves it: the definition that `crd` prints is in its place, and SnapshotRules stay as they are",
      });
    } else if (kind === "CustomResourceDefinition" && apiVersion !== "apiextensions.k8s.io/v1") {
      changes.push({
        about,
        what: `no Kubernetes since 1.22 serves ${String(apiVersion)}: replace it with the definition that \`crd\` prints`,
      });
    } else if (kind === "Deployment" && apiVersion !== "apps/v1") {
      changes.push({ about, what: `no Kubernetes since 1.16 serves ${String(apiVersion)}: here it is apps/v1` });
    } else if (kind === "SnapshotRule" && apiVersion !== SNAPSHOT_RULE_API_VERSION) {
      const problem = `its apiVersion is ${JSON.stringify(apiVersion)}, which is not served`;
      decisions.push({ about, problem, remedy: `write ${SNAPSHOT_RULE_API_VERSION}` });
    } else usable.push(manifest);
  }
  return { decisions, changes, usable };
}

function objectsOrThrow(manifests: readonly Fields[], deltasAnnotationKey: string) {
  try {
    return objectsOfManifests(manifests, deltasAnnotationKey);
  } catch (error) {
    throw new UsageError(`cannot read the manifests: ${(error as Error).message}`);
  }
}
