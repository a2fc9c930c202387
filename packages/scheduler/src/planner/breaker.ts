import { averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import type { Policy } from "../policy.ts";

/**
 * Safety rule 6: until when no more snapshots are made because more appeared than the interval explains; `undefined`
 * if all is well. Stops what no other rule stops: snapshots that vanish from the list, or that someone else makes.
 *
 * @param appearances - when snapshots appeared, ascending, in milliseconds since 1970
 */
export function breakerOpenUntil(
  now: number,
  appearances: readonly number[],
  deltas: Deltas,
  policy: Policy,
): number | undefined {
  const window = breakerWindow(deltas, policy);
  const explained = policy.breakerIntervals + policy.breakerExcess;
  const recent = appearances.filter((time) => time > now - window);
  if (recent.length <= explained) return undefined;
  return (recent[recent.length - explained - 1] as number) + window;
}

/** How far back, in milliseconds, the breaker looks. */
export function breakerWindow(deltas: Deltas, policy: Policy): number {
  return averageMilliseconds(deltas.interval) * policy.breakerIntervals;
}
