import { randomBytes } from "node:crypto";
import type { BackendManifest, SnapshotBackend } from "@k8s-snapshots/backend-api";
import {
  findClaim,
  findVolume,
  missingRestorePermissions,
  permissionName,
  type VolumeObject,
} from "@k8s-snapshots/k8s-source";
import { type ClaimName, type FoundSnapshot, findSnapshot, type SearchContext } from "./find-snapshot.ts";
import { restoreParameters } from "./restore-parameters.ts";
import type { RestoreWish } from "./restore-wish.ts";
import type { RestoreTarget } from "./restored-objects.ts";
import { shapeOf, type VolumeShape } from "./volume-shape.ts";

/** What a restore is going to do. */
export interface RestorePlan {
  readonly snapshot: FoundSnapshot["snapshot"];
  readonly choice: FoundSnapshot["choice"];

  /** Of the snapshot, if it is not this one. */
  readonly otherCluster: string | undefined;

  /** The claim that the snapshot is of, where that is known. */
  readonly origin: ClaimName | undefined;

  /** The PersistentVolume of the snapshot's disk, where that is still there. */
  readonly old: VolumeObject | undefined;
  readonly target: RestoreTarget;
  readonly shape: VolumeShape;
  readonly backend: SnapshotBackend;
  readonly manifest: BackendManifest;

  /** Of the disk, where its storage system names disks. */
  readonly diskName: string;

  /** Proves which disk this restore has made. */
  readonly key: string;
  readonly parameters: Readonly<Record<string, string>>;

  /** Rights that are missing to make the PersistentVolume and the claim: `create persistentvolumes`. */
  readonly missing: readonly string[];
}

/**
 * What a restore would do. Changes nothing.
 *
 * @throws {Error} if it cannot be done: why, and what to add or correct
 */
export async function planRestore(wish: RestoreWish, context: SearchContext): Promise<RestorePlan> {
  const found = await findSnapshot(wish, context);
  const { backend, manifest, snapshot, volume: old, claim: origin, choice, otherCluster } = found;
  const { client, signal, onStep } = context;
  if (backend.restoreSnapshot === undefined) {
    throw new Error(`cannot restore ${snapshot.id}: the backend ${backend.name} makes no volumes of snapshots`);
  }
  const namespace = namespaceOf(wish, origin, client.namespace);
  assertNamespaceAllowed(wish, origin, namespace, snapshot.id);
  const target: RestoreTarget = {
    namespace,
    claim: wish.claim,
    persistentVolume: wish.persistentVolume ?? `restored-${namespace}-${wish.claim}`,
  };
  const shape = shapeOf({ flags: wish.flags, volume: old, snapshot, manifest });
  const parameters = restoreParameters(wish.parameters, shape, manifest);
  onStep(`Looking whether pvc/${target.claim} and pv/${target.persistentVolume} are free`);
  if ((await findClaim(client, namespace, target.claim, signal)) !== undefined) {
    throw new Error(`there is a claim ${target.claim} in ${namespace} already: choose another name by --to-claim`);
  }
  if ((await findVolume(client, target.persistentVolume, signal)) !== undefined) {
    throw new Error(
      `there is a PersistentVolume ${target.persistentVolume} already: choose another name by --to-volume`,
    );
  }
  const key = `restore-${randomBytes(8).toString("hex")}`;
  const missing = (await missingRestorePermissions(client, namespace)).map(permissionName);
  return {
    snapshot,
    choice,
    otherCluster,
    origin,
    old,
    target,
    shape,
    backend,
    manifest,
    diskName: diskNameOf(target, key),
    key,
    parameters,
    missing,
  };
}

function namespaceOf({ namespace }: RestoreWish, origin: ClaimName | undefined, usual: string | undefined): string {
  return namespace ?? origin?.namespace ?? usual ?? "default";
}

/** Data of one tenant must not come to another one by a slip, nor by what somebody wrote on a snapshot. */
function assertNamespaceAllowed(
  { allowOtherNamespace }: RestoreWish,
  origin: ClaimName | undefined,
  namespace: string,
  snapshotId: string,
): void {
  if (allowOtherNamespace || origin?.namespace === namespace) return;
  const from = origin === undefined ? "the namespace that it is from is not known" : `it is from ${origin.namespace}`;
  throw new Error(
    `cannot restore ${snapshotId} into the namespace ${namespace}: ${from}; if its data may be read there, add --allow-other-namespace`,
  );
}

/** Unlike that of any other restore, within the 63 characters that a backend takes. */
function diskNameOf({ namespace, claim }: RestoreTarget, key: string): string {
  const readable = `restored-${namespace}-${claim}`.replaceAll(/[^a-z0-9-]+/g, "-");
  return `${readable.slice(0, 54).replace(/-+$/, "")}-${key.slice(-8)}`;
}
