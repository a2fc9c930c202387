import type { RuleSet, RuleSource } from "@k8s-snapshots/k8s-source";
import type { Scheduler } from "@k8s-snapshots/scheduler";
import { absentRules } from "./absent-rules.ts";
import type { DiskResolver } from "./disk-resolver.ts";
import { type ResolvedRules, resolveRules } from "./resolved-rules.ts";

const RETRY_MS = 60_000;

/** What {@link feedRules} connects. */
export interface RuleFeedOptions {
  readonly source: Pick<RuleSource, "subscribe" | "current" | "health">;
  readonly resolver: Pick<DiskResolver, "resolve">;
  readonly scheduler: Pick<Scheduler, "setRules">;

  /** Told of each set that the scheduler took. */
  readonly onRules: (resolved: ResolvedRules, set: RuleSet) => void;

  /** Told of a set that it did not take: the one before goes on, and the set is tried again in a minute. */
  readonly onError: (error: unknown) => void;
}

/** What {@link feedRules} has begun. */
export interface RuleFeed {
  /** Hands the rules on again, with the disks that the resolver knows now. */
  lookAgain(): void;
  stop(): void;
}

/**
 * Hands the cluster's rules on to the scheduler, one set at a time, the latest first. Begins at once.
 */
export function feedRules({ source, resolver, scheduler, onRules, onError }: RuleFeedOptions): RuleFeed {
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
      if (await handOn(set)) retryTimer = setTimeout(lookAgain, RETRY_MS);
    }
    working = false;
  }

  /** @returns whether to try the set again */
  async function handOn(set: RuleSet): Promise<boolean> {
    try {
      const { resolutions, retry } = await resolver.resolve(set);
      const resolved = resolveRules(set, resolutions);
      const absent = absentRules(source.health());
      scheduler.setRules(resolved.rules, new Set([...resolved.unresolved, ...absent]));
      onRules(resolved, set);
      return retry || absent.length > 0;
    } catch (error) {
      onError(error);
      return true;
    }
  }

  function lookAgain(): void {
    latest ??= source.current;
    void work();
  }

  return {
    lookAgain,
    stop() {
      unsubscribe();
      clearTimeout(retryTimer);
    },
  };
}
