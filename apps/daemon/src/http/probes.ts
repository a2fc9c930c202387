import type { RuleSource } from "@k8s-snapshots/k8s-source";
import type { Scheduler } from "@k8s-snapshots/scheduler";

/** The scheduler looks at each location at least once an hour, to list it. */
const LONGEST_STEP_MS = 2 * 60 * 60_000;

/** Which watch has heard nothing for too long; `undefined` if none. The rules last known go on meanwhile. */
function staleSource(source: Pick<RuleSource, "health">): string | undefined {
  const stale = source.health().filter(({ synced, absent, fresh }) => synced && !absent && !fresh);
  if (stale.length === 0) return undefined;
  return `no data from the Kubernetes API for too long: ${stale.map(({ resource }) => resource).join(", ")}`;
}

/** Why the rules are not known, or not fresh; `undefined` if they are both. */
export function notReady(source: Pick<RuleSource, "health" | "current">): string | undefined {
  const missing = source.health().filter(({ synced }) => !synced);
  if (missing.length > 0) return `not listed yet: ${missing.map(({ resource }) => resource).join(", ")}`;
  return source.current === undefined ? "the rules are not known yet" : staleSource(source);
}

/** Which location's loop is stalled; `undefined` if none. An API server that is away is no reason to start anew. */
export function unhealthy(scheduler: Pick<Scheduler, "health">): string | undefined {
  const { now, locations } = scheduler.health();
  const stalled = locations.find(({ lastStepAt }) => now - lastStepAt > LONGEST_STEP_MS);
  if (stalled === undefined) return undefined;
  const minutes = Math.round((now - stalled.lastStepAt) / 60_000);
  return `the loop of ${stalled.backend} ${stalled.location} is stalled: its last step was ${minutes} minutes ago`;
}
