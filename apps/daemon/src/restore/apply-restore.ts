import { isDeepStrictEqual } from "node:util";
import type { RestoredVolume, RestoreProgress } from "@k8s-snapshots/backend-api";
import {
  type ClaimObject,
  claimPhase,
  createClaim,
  createVolume,
  KubernetesApiError,
  type KubernetesClient,
  removeClaim,
  removeVolume,
  type VolumeObject,
} from "@k8s-snapshots/k8s-source";
import { DiskProgress } from "./disk-progress.ts";
import { type RestoreDiskOptions, restoreDisk } from "./restore-disk.ts";
import type { RestorePlan } from "./restore-plan.ts";
import { type RestoredObjects, restoredObjects } from "./restored-objects.ts";
import { type Left, UndoStack } from "./undo-stack.ts";

/** Something that a restore has come to. */
export type RestoreStep =
  | { readonly step: "disk-begun" | "disk-made"; readonly diskId: string }
  | ({ readonly step: "disk-progress" } & RestoreProgress)
  | { readonly step: "volume-made" | "claim-made" | "claim-bound" }
  | { readonly step: "stopping" }
  | { readonly step: "removed"; readonly what: string };

/** What came of a restore. */
export interface RestoreOutcome {
  readonly diskId: string | undefined;

  /** As they are made, or are for somebody else to make; `undefined`: there is no disk for them. */
  readonly objects: RestoredObjects | undefined;

  /** Whether they were made here. */
  readonly isMade: boolean;

  /** Whether the claim was seen to be bound. */
  readonly isBound: boolean;

  /** What could not be cleaned up. */
  readonly left: readonly Left[];

  /** Why it failed. */
  readonly error: string | undefined;
}

/** What carrying out a plan takes. */
export interface ApplyContext {
  readonly client: Pick<KubernetesClient, "request">;
  readonly stop: AbortSignal;

  /** Whether PersistentVolume and claim are to be made here, where the rights are there. */
  readonly makesObjects: boolean;
  readonly onStep: (step: RestoreStep) => void;

  /** Waits between two looks at the claim. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
}

/** Looks at a claim that nothing binds, before the rest is left to whoever reads the answer. */
const LOOKS_AT_CLAIM = 30;

/**
 * Makes the disk, then PersistentVolume and claim. What fails, or is interrupted, before the claim is there leaves nothing
 * that is not named. Never rejects.
 */
export async function applyRestore(plan: RestorePlan, context: ApplyContext): Promise<RestoreOutcome> {
  const { stop, onStep } = context;
  const undo = new UndoStack();
  let diskId: string | undefined;
  let objects: RestoredObjects | undefined;
  try {
    stop.throwIfAborted();
    const onBegun = (id: string): void => {
      diskId = id;
      onStep({ step: "disk-begun", diskId: id });
    };
    const disk = await makeDisk(plan, undo, { stop, onBegun }, onStep);
    onStep({ step: "disk-made", diskId: disk.diskId });
    objects = restoredObjects(plan.target, plan.shape, disk, plan.old);
    if (!context.makesObjects || plan.missing.length > 0) {
      stop.throwIfAborted();
      return { diskId, objects, isMade: false, isBound: false, left: [], error: undefined };
    }
    await makeObjects(objects, undo, context);
  } catch (error) {
    if (stop.aborted) onStep({ step: "stopping" });
    const left = await undo.undo((what) => onStep({ step: "removed", what }));
    const words = error instanceof Error ? error.message : String(error);
    const said = stop.aborted ? "it was interrupted" : words;
    return { diskId, objects: undefined, isMade: false, isBound: false, left, error: said };
  }
  const isBound = await waitUntilBound(plan, context);
  if (isBound) onStep({ step: "claim-bound" });
  return { diskId, objects, isMade: true, isBound, left: [], error: undefined };
}

async function makeDisk(
  plan: RestorePlan,
  undo: UndoStack,
  options: Omit<RestoreDiskOptions, "onProgress">,
  onStep: ApplyContext["onStep"],
): Promise<RestoredVolume> {
  using progress = new DiskProgress((said) => onStep({ step: "disk-progress", ...said }));
  return await restoreDisk(plan, undo, { ...options, onProgress: (said) => progress.hear(said) });
}

async function makeObjects(objects: RestoredObjects, undo: UndoStack, context: ApplyContext): Promise<void> {
  const { client, stop, onStep } = context;
  const [volume, claim] = objects.items;
  const { namespace, name: claimName } = claim.metadata;
  const { name } = volume.metadata;
  stop.throwIfAborted();
  undo.push({
    what: () => `pv/${name}`,
    remove: (signal) => removeVolume(client, name, (found) => isSameDisk(found, volume), signal),
    remedy: () => `kubectl delete pv ${name}`,
  });
  await unlessRefused(undo, () => createVolume(client, volume, stop));
  onStep({ step: "volume-made" });
  stop.throwIfAborted();
  undo.push({
    what: () => `pvc/${claimName}`,
    remove: (signal) => removeClaim(client, { namespace, name: claimName }, (found) => isFor(found, name), signal),
    remedy: () => `kubectl -n ${namespace} delete pvc ${claimName}`,
  });
  await unlessRefused(undo, () => createClaim(client, claim, stop));
  onStep({ step: "claim-made" });
}

/** What the API server has refused is not there; it may be another's of that name. */
async function unlessRefused(undo: UndoStack, create: () => Promise<void>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (error instanceof KubernetesApiError && error.status < 500) undo.pop();
    throw error;
  }
}

/** A name may be another's. The disk is this restore's alone. */
function isSameDisk({ spec }: VolumeObject, made: RestoredObjects["items"][0]): boolean {
  const handleOf = ({ csi, hostPath, local }: Partial<VolumeObject["spec"]>): unknown =>
    csi?.volumeHandle ?? hostPath?.path ?? local?.path;
  const handle = handleOf(made.spec);
  if (handle !== undefined) return handleOf(spec) === handle;
  return Object.entries(made.spec).every(([field, value]) => isDeepStrictEqual(spec[field], value));
}

function isFor({ spec }: ClaimObject, volumeName: string): boolean {
  return spec.volumeName === volumeName;
}

/** Kubernetes binds a claim to the volume that it names by itself. */
async function waitUntilBound({ target }: RestorePlan, { client, stop, pause }: ApplyContext): Promise<boolean> {
  try {
    for (let look = 0; look < LOOKS_AT_CLAIM; look++) {
      if ((await claimPhase(client, target.namespace, target.claim, stop)) === "Bound") return true;
      await pause(stop);
    }
  } catch {
    // It is made: who looks at it next sees.
  }
  return false;
}
