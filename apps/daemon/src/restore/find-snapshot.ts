import { type BackendManifest, CLUSTER_LABEL, type Snapshot, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import {
  findClaim,
  findVolume,
  type KubernetesClient,
  listVolumes,
  type VolumeObject,
} from "@k8s-snapshots/k8s-source";
import type { BackendRegistry } from "../backends/backend-registry.ts";
import { type ClusterIdentity, clusterIdentity } from "../cluster-identity.ts";
import type { StorageLocation } from "../commands/storage-location.ts";
import { readRules } from "../rules/read-rules.ts";
import type { Settings } from "../settings/settings.ts";
import type { RestoreWish } from "./restore-wish.ts";
import { newestGood, ownSnapshots } from "./snapshot-history.ts";

/** A snapshot to restore, and what is known of where it is from. */
export interface FoundSnapshot {
  readonly backend: SnapshotBackend;
  readonly manifest: BackendManifest;
  readonly snapshot: Snapshot;

  /** Why this one. */
  readonly choice: "newest" | "newest-before" | "named";

  /** The cluster that it is of, if that is another one. */
  readonly otherCluster: string | undefined;

  /** The PersistentVolume of its disk, where that is still there. */
  readonly volume: VolumeObject | undefined;

  /** The claim that it is of; `undefined`: nothing that can be relied on says it. */
  readonly claim: ClaimName | undefined;
}

/** A claim's name. */
export interface ClaimName {
  readonly namespace: string;
  readonly name: string;
}

/** What a search needs. */
export interface SearchContext {
  readonly client: KubernetesClient;
  readonly registry: BackendRegistry;
  readonly settings: Settings;
  readonly signal: AbortSignal;

  /** Called with what is looked at next. */
  readonly onStep: (step: string) => void;
}

/** What has been looked up of the cluster for a search. */
interface Origin {
  readonly what: string;
  readonly volume: VolumeObject | undefined;
  readonly claim: ClaimName | undefined;
}

/**
 * The snapshot that a wish is about: of a volume that the cluster has, by its disk; else by what snapshots carry.
 *
 * @throws {Error} if there is none: where was looked, and what to add
 */
export async function findSnapshot(wish: RestoreWish, context: SearchContext): Promise<FoundSnapshot> {
  const identity = await clusterIdentity(context.settings, context.client);
  const origin = await readOrigin(wish, context);
  if (origin?.volume !== undefined) {
    const found = await ofVolume(origin, origin.volume, wish, identity, context);
    if (found !== undefined) return found;
  }
  return ofFacts(wish, origin, identity, context);
}

async function readOrigin(wish: RestoreWish, { client, signal, onStep }: SearchContext): Promise<Origin | undefined> {
  const { source } = wish;
  if (source.kind === "snapshot") return undefined;
  if (source.kind === "volume") {
    onStep(`Looking for pv/${source.name}`);
    const volume = await findVolume(client, source.name, signal);
    return { what: `pv/${source.name}`, volume, claim: volume && claimOf(volume) };
  }
  const namespace =
    (source.kind === "claim" ? source.namespace : undefined) ?? wish.namespace ?? client.namespace ?? "default";
  const name = { namespace, name: source.name };
  const what = `pvc/${source.name} in ${namespace}`;
  onStep(`Looking for ${what}`);
  const claim = await findClaim(client, namespace, source.name, signal);
  const volumeName = claim?.spec.volumeName;
  if (claim === undefined || !volumeName) return { what, volume: undefined, claim: name };
  const volume = await findVolume(client, volumeName, signal);
  const reference = volume?.spec.claimRef;
  const isItsOwn =
    reference?.namespace === namespace && reference.name === source.name && reference.uid === claim.metadata.uid;
  if (volume !== undefined && !isItsOwn) {
    throw new Error(`cannot tell the disk of ${what}: pv/${volumeName}, which it names, is not bound to it`);
  }
  return { what, volume, claim: name };
}

/** The newest good snapshot of the disk that a volume of the cluster has. */
async function ofVolume(
  { claim }: Origin,
  volume: VolumeObject,
  wish: RestoreWish,
  identity: ClusterIdentity,
  context: SearchContext,
): Promise<FoundSnapshot | undefined> {
  const owned = await context.registry.diskForVolume(volume);
  if (owned === undefined) {
    throw new Error(`no backend in use knows pv/${volume.metadata.name}: see BACKENDS`);
  }
  const { disk } = owned;
  const place = { backend: owned.backend, location: disk.location };
  const { backend, manifest, snapshots } = await listLocation(place, context);
  const ours = ownSnapshots(snapshots, identity).filter(({ diskId }) => diskId === disk.id);
  const snapshot = newestGood(ours, wish.at);
  if (snapshot === undefined) return undefined;
  return { backend, manifest, snapshot, choice: choiceOf(wish), otherCluster: undefined, volume, claim };
}

/** By its id, or by the claim or volume that snapshots say they are of. */
async function ofFacts(
  wish: RestoreWish,
  origin: Origin | undefined,
  identity: ClusterIdentity,
  context: SearchContext,
): Promise<FoundSnapshot> {
  const { source } = wish;
  const places = await placesOf(wish, origin, context);
  const found: FoundSnapshot[] = [];
  let others = 0;
  for (const place of places) {
    const listed = await listLocation(place, context);
    const ours = new Set(ownSnapshots(listed.snapshots, identity).map(({ id }) => id));
    const named = listed.snapshots.filter(({ id }) => id === idOf(wish));
    const like = listed.snapshots.filter(({ volume, id }) => {
      if (source.kind === "volume") return ours.has(id) && volume?.persistentVolume === source.name;
      return isOfClaim(volume?.claim, origin?.claim);
    });
    others += like.filter(({ id }) => !ours.has(id)).length;
    const newest = newestGood(
      like.filter(({ id }) => ours.has(id)),
      wish.at,
    );
    const candidates = [...named, ...(newest === undefined ? [] : [newest])];
    for (const snapshot of candidates) {
      const isNamed = named.includes(snapshot);
      const otherCluster = ours.has(snapshot.id) ? undefined : (snapshot.labels[CLUSTER_LABEL] ?? "unknown");
      found.push({
        ...listed,
        snapshot,
        choice: isNamed ? "named" : choiceOf(wish),
        otherCluster,
        volume: undefined,
        claim: otherCluster === undefined ? snapshot.volume?.claim : undefined,
      });
    }
  }
  const best = uniqueOrThrow(found, wish, origin);
  if (best === undefined) throw notFound(wish, origin, places, others);
  const { state, failure, id } = best.snapshot;
  if (state !== "ready") {
    throw new Error(
      `cannot restore ${id}: it is ${state}${failure === undefined ? "" : `: ${failure}`}; choose another one`,
    );
  }
  return { ...best, ...(await inCluster(best, context)) };
}

function uniqueOrThrow(
  found: readonly FoundSnapshot[],
  { source }: RestoreWish,
  origin: Origin | undefined,
): FoundSnapshot | undefined {
  const named = found.filter(({ choice }) => choice === "named");
  const [first] = found;
  if (named.length > 0 && found.length > named.length && source.kind === "name") {
    throw new Error(
      `${source.name} is both ${origin?.what} and the id of a snapshot: write pvc/ or snapshot/ before it`,
    );
  }
  if (named.length > 1) {
    const places = named.map(({ backend, snapshot }) => `${backend.name}/${snapshot.location}`);
    throw new Error(`${first?.snapshot.id} is in ${places.join(" and ")}: add --location`);
  }
  const newest = newestGood(found.map(({ snapshot }) => snapshot));
  return named[0] ?? found.find(({ snapshot }) => snapshot === newest);
}

function notFound(
  { at, source }: RestoreWish,
  origin: Origin | undefined,
  places: readonly StorageLocation[],
  others: number,
): Error {
  const what = source.kind === "snapshot" ? `snapshot ${source.id}` : origin?.what;
  const where = places.map(({ backend, location }) => `${backend}/${location}`).join(", ");
  const before = at === undefined ? "" : ` of ${at.toISOString()} or before`;
  const good = source.kind === "snapshot" ? "" : `no ready snapshot${before} of this cluster's in ${where} is of it`;
  const ofOthers =
    others === 0 ? "" : `; ${others} of another cluster's are: see CLUSTER_ID_FORMER, or name one by its id`;
  return new Error(
    source.kind === "snapshot"
      ? `cannot find ${what} in ${where}: correct it, or add --location BACKEND/LOCATION`
      : `cannot restore ${what}: ${good}${ofOthers || "; older ones carry no claim's name: name one by its id"}`,
  );
}

/** The volume of the snapshot's disk and its claim, where the cluster still has them: it knows better than the snapshot. */
async function inCluster(
  { backend, snapshot, claim }: FoundSnapshot,
  { client, registry, signal }: SearchContext,
): Promise<Pick<FoundSnapshot, "volume" | "claim">> {
  const name = snapshot.volume?.persistentVolume;
  const named = name === undefined ? undefined : await findVolume(client, name, signal);
  const volumes = name === undefined ? await listVolumes(client, signal) : named === undefined ? [] : [named];
  for (const volume of volumes) {
    const owned = await registry.diskForVolume(volume).catch(() => undefined);
    const isIt = owned?.backend === backend.name && owned.disk.id === snapshot.diskId;
    if (isIt && owned.disk.location === snapshot.location) return { volume, claim: claimOf(volume) ?? claim };
  }
  return { volume: undefined, claim };
}

async function placesOf(
  { location }: RestoreWish,
  origin: Origin | undefined,
  { client, registry, settings, onStep }: SearchContext,
): Promise<readonly StorageLocation[]> {
  if (location !== undefined) return [location];
  onStep("Reading the cluster's rules, to see where its disks are");
  const { rules } = await readRules(client, registry, settings);
  const places = new Map(
    rules.map(({ backend, disk }) => [`${backend}/${disk.location}`, { backend, location: disk.location }]),
  );
  if (places.size > 0) return [...places.values()];
  const about = origin === undefined ? "" : ` for ${origin.what}`;
  throw new Error(
    `cannot tell where to look${about}: no rule of the cluster has a disk; add --location BACKEND/LOCATION`,
  );
}

async function listLocation(
  { backend: name, location }: StorageLocation,
  { registry, settings, signal, onStep }: SearchContext,
): Promise<Pick<FoundSnapshot, "backend" | "manifest"> & { readonly snapshots: readonly Snapshot[] }> {
  const opened = await registry.open(name);
  if (opened === undefined) {
    throw new Error(`there is no backend ${name} in use: it is one of ${registry.names.join(", ")}`);
  }
  const { backend, manifest } = opened;
  onStep(`Listing the snapshots in ${backend.name}/${location}`);
  const labels = { [settings.authorLabelKey]: settings.authorLabel };
  const snapshots = await Array.fromAsync(backend.listSnapshots({ location, labels }, { signal }));
  return { backend, manifest, snapshots };
}

function choiceOf({ at }: RestoreWish): FoundSnapshot["choice"] {
  return at === undefined ? "newest" : "newest-before";
}

function idOf({ source }: RestoreWish): string | undefined {
  if (source.kind === "snapshot") return source.id;
  return source.kind === "name" ? source.name : undefined;
}

function claimOf({ spec: { claimRef } }: VolumeObject): ClaimName | undefined {
  const { namespace, name } = claimRef ?? {};
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

function isOfClaim(noted: ClaimName | undefined, wanted: ClaimName | undefined): boolean {
  return noted !== undefined && noted.namespace === wanted?.namespace && noted.name === wanted.name;
}
