import type { ResourceHealth, RuleSource } from "@k8s-snapshots/k8s-source";
import type { Scheduler } from "@k8s-snapshots/scheduler";

const EVERY_MS = 10_000;

/** Tells the scheduler now and then how long ago the API server last confirmed the rules, until it is disposed of. */
export function startRuleConfirmations(
  source: Pick<RuleSource, "current" | "health">,
  scheduler: Pick<Scheduler, "confirmRules">,
  onAge: (milliseconds: number) => void,
): Disposable {
  const timer = setInterval(() => {
    const age = source.current === undefined ? undefined : ageOfRules(source.health(), Date.now());
    if (age === undefined) return;
    onAge(age);
    scheduler.confirmRules(age);
  }, EVERY_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * How long ago the watch that was heard of least lately was heard of, in milliseconds; `undefined` before all were. The watch
 * of a kind that the API server does not know says nothing.
 */
export function ageOfRules(health: readonly ResourceHealth[], now: number): number | undefined {
  let age = 0;
  for (const { synced, absent, lastContact } of health) {
    if (!synced || lastContact === undefined) return undefined;
    if (!absent) age = Math.max(age, now - lastContact);
  }
  return age;
}
