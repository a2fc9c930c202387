import type { RuleSource } from "@k8s-snapshots/k8s-source";
import type { Rule, Scheduler } from "@k8s-snapshots/scheduler";
import type { RuleReports } from "../reports/rule-reports.ts";
import type { RuleFeed } from "../rules/rule-feed.ts";
import { type CoverageSources, coverageOf } from "./cluster-coverage.ts";
import type { VolumeCoverage } from "./volume-coverage.ts";

/** The parts of a daemon that know whether volumes are protected. */
export interface LiveCoverageOptions {
  readonly source: Pick<RuleSource, "objects">;
  readonly feed: Pick<RuleFeed, "resolved">;
  readonly scheduler: Pick<Scheduler, "lastPlan">;
  readonly reports: Pick<RuleReports, "errorOf">;

  /** The annotation that says why a volume needs no snapshots. */
  readonly excludeKey: string;
}

/**
 * The coverage of the cluster as a daemon knows it: asks nobody, and plans nothing.
 *
 * @returns in no particular order; `undefined` until the cluster's objects are known
 */
export function liveCoverage(options: LiveCoverageOptions, now: number): VolumeCoverage[] | undefined {
  const sources = liveSources(options);
  return sources && coverageOf(sources, now);
}

/** What it follows from; `undefined` until the cluster's objects are known. */
export function liveSources(options: LiveCoverageOptions): CoverageSources | undefined {
  const { source, feed, scheduler, reports, excludeKey } = options;
  const { objects } = source;
  if (objects === undefined) return undefined;
  const known = {
    lastPlan: ({ backend, disk }: Rule) => scheduler.lastPlan(backend, disk),
    errorOf: (rule: Rule) => reports.errorOf(rule),
  };
  return { objects, rules: feed.resolved, known, excludeKey };
}
