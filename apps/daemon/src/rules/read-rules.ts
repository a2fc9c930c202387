import {
  type ClusterObjects,
  createRuleSource,
  KubernetesApiError,
  type KubernetesClient,
  type RuleSet,
} from "@k8s-snapshots/k8s-source";
import type { BackendRegistry } from "../backends/backend-registry.ts";
import { VolumeDisks } from "../coverage/volume-disks.ts";
import type { Settings } from "../settings/settings.ts";
import { DiskResolver } from "./disk-resolver.ts";
import type { Declared } from "./resolved-rule.ts";
import { ResolvedRules } from "./resolved-rules.ts";
import { ruleSettings } from "./rule-settings.ts";

/** Each waits some seconds for storage systems that are slow: together as long as a lookup may take. */
const MOST_ATTEMPTS = 7;

/** What a cluster has at this moment. */
export interface ClusterRules {
  /** Its volumes, claims and SnapshotRules. */
  readonly objects: ClusterObjects;

  /** The rules that they declare, with their disks. */
  readonly resolved: ResolvedRules;

  /** Which disks its volumes are; looked up where a rule names a disk by itself. */
  readonly disks: VolumeDisks;
}

/**
 * The rules that a cluster has at this moment, with their disks.
 *
 * @throws {Error} if the cluster cannot be read: what failed, and why
 */
export async function readRules(
  client: KubernetesClient,
  registry: BackendRegistry,
  settings: Settings,
): Promise<ResolvedRules> {
  return (await readClusterRules(client, registry, settings)).resolved;
}

/**
 * As {@link readRules}, with all objects that they were derived from.
 *
 * @throws {Error} if the cluster cannot be read: what failed, and why
 */
export async function readClusterRules(
  client: KubernetesClient,
  registry: BackendRegistry,
  settings: Settings,
): Promise<ClusterRules> {
  const { set, objects } = await readObjects(client, settings);
  return resolveRules(set, objects, registry);
}

/** Looks up the disks of rules that were derived from objects. */
export async function resolveRules(
  set: RuleSet,
  objects: ClusterObjects,
  registry: BackendRegistry,
): Promise<ClusterRules> {
  const declared = new Map<string, Declared>([...set.rules, ...set.problems].sort(([a], [b]) => (a < b ? -1 : 1)));
  const targets = [...declared.values()].flatMap(({ target }) => (target === undefined ? [] : [target]));
  const resolver = new DiskResolver(registry);
  const resolved = new ResolvedRules((backend) => registry.parametersOf(backend));
  for (let attempt = 1; ; attempt++) {
    const { resolutions } = await resolver.resolve(targets);
    resolved.update(declared, resolutions);
    const isWaiting = resolved.findings.some(({ reason, failure }) => reason === "BackendUnavailable" && !failure);
    if (isWaiting && attempt < MOST_ATTEMPTS) continue;
    const disks = new VolumeDisks(resolver);
    if (targets.some(({ kind }) => kind === "disk")) await disks.lookUp(objects.volumes.values());
    return { objects, resolved, disks };
  }
}

/** An API server says so of a kind of objects whose definition has just come, for some seconds. */
const MOST_TIMES_BUSY = 10;

function isBusy(error: unknown): boolean {
  return error instanceof KubernetesApiError && error.status === 429;
}

async function readObjects(
  client: KubernetesClient,
  settings: Settings,
): Promise<{ readonly set: RuleSet; readonly objects: ClusterObjects }> {
  const stop = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<RuleSet>();
  let timesBusy = 0;
  const source = createRuleSource({
    client,
    settings: ruleSettings(settings, client),
    onEvent: (event) => {
      if (event.type !== "request-failed") return;
      // The source asks again by itself, after as long as the API server says.
      if (isBusy(event.error) && ++timesBusy <= MOST_TIMES_BUSY) return;
      const why = event.error instanceof Error ? event.error.message : String(event.error);
      reject(new Error(`cannot ${event.operation} ${event.resource}: ${why}`, { cause: event.error }));
    },
  });
  source.subscribe(resolve);
  const running = source.run(stop.signal);
  try {
    const set = await promise;
    return { set, objects: source.objects as ClusterObjects };
  } finally {
    stop.abort();
    await running;
  }
}
