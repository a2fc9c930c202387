import { describeDeferral } from "@k8s-snapshots/scheduler";
import { instantJson } from "../instant-json.ts";
import { keepJson } from "../plan/reason-json.ts";
import type { DiskMigration } from "./disk-migration.ts";
import { kustomizationOf } from "./kustomization.ts";
import type { Migration } from "./migration.ts";

/**
 * `{now, asked, cluster, deployment, decisions: [{about, problem, remedy}], changes: [{about, what}], variables: [{variable,
 * meaning, becomes, note}], objects: [{id, deltas, outcome, reason, message}], disks: [{backend, location, disk, rule, deltas, error,
 * unlabelled, isDue, nextAt, inForceAt, snapshots: [{id, createdAt, state, fate, keptFor, goesAt, why}], deferrals}], values, steps: [{what,
 * commands}]}`: times in ISO 8601, what is not there is `null`.
 */
export function migrationJson(migration: Migration): string {
  const { now, cluster, deployment, variables, objects, disks, ...others } = migration;
  const document = {
    ...others,
    now: instantJson(now),
    cluster: cluster ?? null,
    deployment: deployment ?? null,
    variables: variables.map(({ variable, meaning, becomes, note }) => ({
      variable,
      meaning,
      becomes: becomes ?? null,
      note: note ?? null,
    })),
    objects: objects.map(({ id, deltas, outcome, reason, message }) => ({
      id,
      deltas: deltas ?? null,
      outcome,
      reason: reason ?? null,
      message: message ?? null,
    })),
    disks: disks.map(diskJson),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function diskJson({
  rule,
  deltas,
  snapshots,
  nextAt,
  foresight,
  deferrals,
  error,
  unlabelled,
  ...about
}: DiskMigration): object {
  return {
    ...about,
    rule: rule ?? null,
    deltas: deltas ?? null,
    error: error ?? null,
    unlabelled,
    nextAt: instantJson(nextAt),
    inForceAt: instantJson(foresight?.inForceAt),
    snapshots: snapshots.map(({ id, createdAt, state, fate, keptFor, goesAt, why }) => ({
      id,
      createdAt: instantJson(createdAt),
      state,
      fate,
      keptFor: keptFor.map(keepJson),
      goesAt: instantJson(goesAt),
      why: why ?? null,
    })),
    deferrals: deferrals.map((deferral) => ({
      reason: deferral.reason,
      count: deferral.count,
      message: describeDeferral(deferral),
    })),
  };
}

/** For `helm install --values`. */
export async function migrationValues({ values, deployment }: Migration): Promise<string> {
  const { stringify } = await import("./yaml-documents.ts");
  const from = deployment === undefined ? "" : ` of Deployment ${deployment.namespace}/${deployment.name}`;
  return `# Values${from}, by k8s-snapshots migrate.\n${stringify(values, { lineWidth: 0 })}`;
}

/** For `kubectl apply --kustomize`. */
export async function migrationKustomization({ values }: Migration): Promise<string> {
  const { stringify } = await import("./yaml-documents.ts");
  const header = "# kustomization.yaml, beside a copy of deploy/manifests/k8s-snapshots.yaml. Fill in REGISTRY.\n";
  return header + stringify(kustomizationOf(values), { lineWidth: 0 });
}
