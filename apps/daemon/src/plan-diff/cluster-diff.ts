import type { BackendError } from "@k8s-snapshots/backend-api";
import type { Deltas } from "@k8s-snapshots/retention";
import {
  diskKey,
  foresee,
  type LocationPlan,
  locationKey,
  locationKeyOf,
  planLocations,
  type Rule,
} from "@k8s-snapshots/scheduler";
import { snapshotsOf } from "@k8s-snapshots/scheduler/planner";
import { clusterIdentity } from "../cluster-identity.ts";
import { readRules } from "../rules/read-rules.ts";
import { openSession } from "../session.ts";
import { policyOf } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import type { ClusterEdit } from "./diff-words.ts";
import { type EditedRule, findRules } from "./find-rules.ts";
import { type ScheduleDiff, scheduleDiff } from "./schedule-diff.ts";

/** What an edit of deltas does in a cluster. */
export interface ClusterDiff {
  /** Which cluster was asked. */
  readonly asked: { readonly server: string; readonly origin: string };
  readonly disks: readonly DiskDiff[];
}

/** What it does to one disk, or why that could not be found out. */
export interface DiskDiff {
  readonly rule: Rule;
  readonly diff: ScheduleDiff | { readonly error: string };
}

/** What {@link readClusterDiff} is asked for beside the edit. */
export interface ClusterDiffOptions {
  /** Of the object, where it is not the usual one. */
  readonly namespace: string | undefined;

  /** As if `confirm-deltas` repeated the new deltas. */
  readonly isConfirmed: boolean;
}

/**
 * Reads the rules that the edit is about and the snapshots of their disks, and runs the scheduler's core forward. Changes
 * nothing.
 *
 * @param onStep - called with what is done next, so that one that does not answer is known. Default: no listener
 * @throws {UsageError} if the object has those deltas already
 * @throws {Error} if the cluster cannot be read, or no rule is meant
 */
export async function readClusterDiff(
  edit: ClusterEdit,
  { namespace, isConfirmed }: ClusterDiffOptions,
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  onStep: (step: string) => void = () => undefined,
): Promise<ClusterDiff> {
  await using session = await openSession(settings, environment);
  const { access, client, registry } = session;
  const { server, origin = "by an access of its own" } = access;
  onStep(`Reading the rules of ${server}, ${origin}`);
  const resolved = await readRules(client, registry, settings);
  const edited = findRules(edit, resolved, namespace ?? client.namespace ?? "default");
  const places = new Set(edited.map(({ rule }) => locationKeyOf(rule)));
  for (const place of places) onStep(`Listing the snapshots of ${(JSON.parse(place) as string[]).join(" in ")}`);
  const locations = await planLocations({
    backends: registry.loaded,
    ...(await clusterIdentity(settings, client)),
    rules: resolved.rules.filter((rule) => places.has(locationKeyOf(rule))),
    unresolved: resolved.unresolved,
    policy: policyOf(settings),
  });
  if (edited.length > 1) onStep(`Running ${edited.length} disks forward`);
  return { asked: { server, origin }, disks: diskDiffs(edited, locations, isConfirmed) };
}

/** In the order of the rules. */
export function diskDiffs(
  edited: readonly EditedRule[],
  locations: readonly LocationPlan[],
  isConfirmed: boolean,
): readonly DiskDiff[] {
  const inspections = new Map(
    locations.flatMap((location) =>
      location.disks.map((inspection) => [diskKey(inspection.backend, inspection.disk), { inspection, location }]),
    ),
  );
  const errors = new Map<string, BackendError | undefined>(
    locations.map(({ backend, location, error }) => [locationKey({ backend, location }), error]),
  );
  return edited.map(({ rule, edit }): DiskDiff => {
    const found = inspections.get(diskKey(rule.backend, rule.disk));
    if (found === undefined) {
      return {
        rule,
        diff: { error: `its snapshots could not be listed: ${errors.get(locationKeyOf(rule))?.message}` },
      };
    }
    const { state, present } = found.inspection;
    const after: Rule & { readonly deltas: Deltas } = {
      ...rule,
      deltas: edit.after,
      ...(isConfirmed && { confirmedDeltas: edit.after.text }),
    };
    try {
      const listed = found.location.listed.get(rule.disk.id) ?? [];
      const foresight = foresee({ state, present, listed }, after);
      return { rule, diff: scheduleDiff(edit, foresight, snapshotsOf(state, present).future) };
    } catch (error) {
      // Safety rule 9: one disk's trouble is its own.
      return {
        rule,
        diff: { error: `cannot plan the disk: ${error instanceof Error ? error.message : String(error)}` },
      };
    }
  });
}
