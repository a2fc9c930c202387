import type { RestoreOutcome, RestoreStep } from "./apply-restore.ts";
import type { RestorePlan } from "./restore-plan.ts";
import { useLines } from "./restore-text.ts";

/**
 * The whole answer, in one document, whatever came of it.
 *
 * @param plan - `undefined`: there is none, and `error` says why
 * @param outcome - `undefined`: it was not carried out
 */
export function restoreJson(
  plan: RestorePlan | undefined,
  outcome: RestoreOutcome | undefined,
  error: string | undefined = outcome?.error,
): string {
  const document = {
    applied: outcome !== undefined && outcome.error === undefined,
    ...(plan !== undefined && { plan: planJson(plan) }),
    ...(outcome !== undefined && {
      disk: outcome.diskId ?? null,
      made: outcome.isMade,
      bound: outcome.isBound,
      objects: outcome.objects ?? null,
      left: outcome.left,
    }),
    ...(error === undefined ? plan !== undefined && { next: useLines(plan) } : { error }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** One line for each step, as it is done: for who follows a restore by a program. */
export function stepJson(
  step: RestoreStep | { readonly step: "planning"; readonly doing: string },
  elapsedMs: number,
): string {
  return JSON.stringify({ ...step, elapsedSeconds: Math.round(elapsedMs / 100) / 10 });
}

function planJson(plan: RestorePlan): object {
  const { snapshot, choice, otherCluster, origin, old, target, shape, backend, diskName, key, parameters, missing } =
    plan;
  const { id, location, name, createdAt, diskId } = snapshot;
  return {
    snapshot: {
      backend: backend.name,
      location,
      id,
      name,
      createdAt,
      diskId,
      choice,
      otherCluster,
      volume: snapshot.volume,
    },
    origin: { claim: origin ?? null, persistentVolume: old?.metadata.name ?? null },
    target,
    volume: shape,
    disk: { name: diskName, key, parameters },
    missingPermissions: missing,
  };
}
