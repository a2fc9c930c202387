import type { RuleSource } from "@k8s-snapshots/k8s-source";
import type { Scheduler } from "@k8s-snapshots/scheduler";

/** The scheduler looks at each location at least once an hour, to list it. */
const LONGEST_STEP_MS = 2 * 60 * 60_000;

/** Which watch has heard nothing for too long; `undefined` if none. */
export function staleSource(source: Pick<RuleSource, "health">): string | undefined {
  const stale = source.health().filter(({ synced, absent, fresh }) => synced && !absent && !fresh);
  if (stale.length === 0) return undefined;
  return `the Kubernetes API was not heard of for too long: ${stale.map(({ resource }) => resource).join(", ")}`;
}

/** Which resource was not listed whole yet; `undefined` if all were. */
export function notReadySource(source: Pick<RuleSource, "health" | "current">): string | undefined {
  const missing = source.health().filter(({ synced }) => !synced);
  if (missing.length > 0) return `not listed yet: ${missing.map(({ resource }) => resource).join(", ")}`;
  return source.current === undefined ? "the rules are not known yet" : undefined;
}

/** Which location's loop stands still; `undefined` if none. */
export function standingStill(scheduler: Pick<Scheduler, "health">, now: number): string | undefined {
  const still = scheduler.health().locations.find(({ lastStepAt }) => now - lastStepAt > LONGEST_STEP_MS);
  return (
    still &&
    `the loop of ${still.backend} ${still.location} stands still since ${new Date(still.lastStepAt).toISOString()}`
  );
}
