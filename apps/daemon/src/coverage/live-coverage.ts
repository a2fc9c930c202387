import type { RuleSource } from "@k8s-snapshots/k8s-source";
import type { Rule, Scheduler } from "@k8s-snapshots/scheduler";
import type { RuleReports } from "../reports/rule-reports.ts";
import type { RuleFeed } from "../rules/rule-feed.ts";
import type { CoverageSources } from "./cluster-coverage.ts";
import type { VolumeDisks } from "./volume-disks.ts";

/** The parts of a daemon that know whether volumes are protected. */
export interface LiveCoverageOptions {
  readonly source: Pick<RuleSource, "objects">;
  readonly feed: Pick<RuleFeed, "resolved">;
  readonly scheduler: Pick<Scheduler, "lastPlan">;
  readonly reports: Pick<RuleReports, "errorOf">;

  readonly disks: Pick<VolumeDisks, "diskOf">;

  /** The annotation that says why a volume needs no snapshots. */
  readonly excludeKey: string;
}

/**
 * What a daemon knows of the cluster's coverage: reading it waits for nobody, and plans nothing. `undefined` until the
 * cluster's objects are known.
 */
export function liveSources(options: LiveCoverageOptions): CoverageSources | undefined {
  const { source, feed, scheduler, reports, disks, excludeKey } = options;
  const { objects } = source;
  if (objects === undefined) return undefined;
  const known = {
    lastPlan: ({ backend, disk }: Rule) => scheduler.lastPlan(backend, disk),
    errorOf: (rule: Rule) => reports.errorOf(rule),
  };
  return { objects, rules: feed.resolved, known, disks, excludeKey };
}
