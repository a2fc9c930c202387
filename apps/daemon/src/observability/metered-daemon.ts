import type { LocationContext, Rule, Scheduler, Tenure } from "@k8s-snapshots/scheduler";
import type { AccountNeed } from "../account-limits/account-need.ts";
import type { CoverageSum } from "../coverage/volume-coverage.ts";

/** What a scrape asks of a daemon. Each thing is counted by one of its replicas. */
export interface MeteredDaemon {
  /** The volumes of which this replica speaks; `undefined` while they are not known. */
  volumes(): CoverageSum | undefined;

  /** See `ReportDuty.speaksFor`. */
  speaksFor(rule: Pick<Rule, "backend" | "disk"> | undefined): boolean;

  /** What the rules of each location need, and what its account allows. */
  needs(): Iterable<AccountNeed & LocationContext>;

  /** How many calls a second each location was found to take. */
  callRates(): ReturnType<Scheduler["callRates"]>;

  /** What this replica may do in each location that it knows. */
  tenures(): Iterable<{ readonly backend: string; readonly location: string; readonly tenure: Tenure }>;
}

/** Before it is known what a scrape can ask. */
export const unconnected: MeteredDaemon = {
  volumes: () => undefined,
  speaksFor: () => true,
  needs: () => [],
  callRates: () => [],
  tenures: () => [],
};
