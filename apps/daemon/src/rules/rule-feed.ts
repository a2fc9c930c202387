import type { RuleSet, RuleSource } from "@k8s-snapshots/k8s-source";
import type { Scheduler } from "@k8s-snapshots/scheduler";
import type { DiskResolver } from "./disk-resolver.ts";
import { type ResolvedRules, resolveRules } from "./resolved-rules.ts";

const RETRY_MS = 60_000;

/** Hands the cluster's rules on to the scheduler, the latest set first, one at a time. */
export function feedRules(
  source: RuleSource,
  resolver: DiskResolver,
  scheduler: Pick<Scheduler, "setRules">,
  onRules: (resolved: ResolvedRules) => void,
): () => void {
  let latest: RuleSet | undefined;
  let working = false;
  let retryTimer: NodeJS.Timeout | undefined;

  const unsubscribe = source.subscribe((set) => {
    latest = set;
    void work();
  });

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    for (let set = latest; set !== undefined; set = latest) {
      latest = undefined;
      clearTimeout(retryTimer);
      const { resolutions, retry } = await resolver.resolve(set);
      const resolved = resolveRules(set, resolutions);
      scheduler.setRules(resolved.rules, resolved.unresolved);
      onRules(resolved);
      if (retry) retryTimer = setTimeout(lookAgain, RETRY_MS);
    }
    working = false;
  }

  function lookAgain(): void {
    latest ??= source.current;
    void work();
  }

  return () => {
    unsubscribe();
    clearTimeout(retryTimer);
  };
}
