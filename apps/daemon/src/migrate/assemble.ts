import type { LocationPlan } from "@k8s-snapshots/scheduler";
import type { ClusterRules } from "../rules/read-rules.ts";
import { askingObjects } from "./asking-objects.ts";
import type { Carried } from "./carry.ts";
import { diskDecisions } from "./disk-decisions.ts";
import { migrateDisk } from "./disk-migration.ts";
import type { Migration } from "./migration.ts";
import { type StepsContext, stepsOf } from "./steps.ts";

/** What was found out: of the cluster, or of files. */
export interface Findings extends StepsContext {
  readonly now: number;
  readonly asked: string;
  readonly cluster: string | undefined;
  readonly carried: Carried;
  readonly rules: Pick<ClusterRules, "resolved">;
  readonly locations: readonly LocationPlan[];

  /** Found before. Default: none. */
  readonly decisions?: Migration["decisions"];
  readonly changes?: Migration["changes"];
}

/** Assembles the migration from its parts. */
export function assembleMigration(findings: Findings): Migration {
  const { now, asked, cluster, carried, rules, locations } = findings;
  const { deployment } = carried;
  const asking = askingObjects(rules);
  const disks = locations
    .flatMap((location) => location.disks.map((disk) => migrateDisk(disk, location, cluster ?? "")))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const ofDisks = diskDecisions(disks, locations);
  return {
    now,
    asked,
    cluster,
    deployment: deployment && {
      namespace: deployment.namespace,
      name: deployment.name,
      image: deployment.image,
      replicas: deployment.replicas,
    },
    decisions: [...carried.decisions, ...(findings.decisions ?? []), ...asking.decisions, ...ofDisks.decisions],
    changes: [...carried.changes, ...(findings.changes ?? []), ...asking.changes, ...ofDisks.changes],
    variables: carried.variables,
    objects: asking.objects,
    disks,
    values: carried.values,
    steps: stepsOf(findings),
  };
}

/** Those that have a rule first, by its name. */
function keyOf({ rule, backend, location, disk }: Migration["disks"][number]): string {
  return `${rule === undefined ? "1" : `0${rule}`} ${backend} ${location} ${disk}`;
}
