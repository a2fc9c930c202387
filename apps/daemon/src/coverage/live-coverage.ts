import type { RuleSource } from "@k8s-snapshots/k8s-source";
import type { RuleFeed } from "../rules/rule-feed.ts";
import type { CoverageSources } from "./cluster-coverage.ts";
import type { KnownDisks } from "./judge-volume.ts";
import type { VolumeDisks } from "./volume-disks.ts";

/** The parts of a daemon that know whether volumes are protected. */
export interface LiveCoverageOptions {
  readonly source: Pick<RuleSource, "objects">;
  readonly feed: Pick<RuleFeed, "resolved">;
  readonly known: KnownDisks;

  readonly disks: Pick<VolumeDisks, "diskOf">;

  /** The annotation that says why a volume needs no snapshots. */
  readonly excludeKey: string;
}

/**
 * What a daemon knows of the cluster's coverage: reading it waits for nobody, and plans nothing. `undefined` until the
 * cluster's objects are known.
 */
export function liveSources(options: LiveCoverageOptions): CoverageSources | undefined {
  const { source, feed, known, disks, excludeKey } = options;
  const { objects } = source;
  return objects && { objects, rules: feed.resolved, known, disks, excludeKey };
}
