import type { RuleSet, RuleSource } from "@k8s-snapshots/k8s-source";
import type { Scheduler } from "@k8s-snapshots/scheduler";
import { absentRules } from "./absent-rules.ts";
import type { DiskResolver } from "./disk-resolver.ts";
import { type ResolvedRules, resolveRules } from "./resolved-rules.ts";

const RETRY_MS = 60_000;

/** What a {@link RuleFeed} connects. */
export interface RuleFeedOptions {
  readonly source: Pick<RuleSource, "subscribe" | "current" | "health">;
  readonly resolver: Pick<DiskResolver, "resolve">;
  readonly scheduler: Pick<Scheduler, "setRules">;

  /** Called with each set that the scheduler took. */
  readonly onRules: (resolved: ResolvedRules, set: RuleSet) => void;

  /** Called with why a set was not taken: the one before goes on, and the set is tried again in a minute. */
  readonly onError: (error: unknown) => void;
}

/**
 * Hands the cluster's rules on to the scheduler, one set at a time, the latest first. Begins at once, and ends when it is
 * disposed of.
 */
export class RuleFeed implements Disposable {
  readonly #options: RuleFeedOptions;
  readonly #unsubscribe: () => void;
  #latest: RuleSet | undefined;
  #isWorking = false;
  #retryTimer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: RuleFeedOptions) {
    this.#options = options;
    this.#unsubscribe = options.source.subscribe((set) => {
      this.#latest = set;
      void this.#work();
    });
  }

  /** Hands the rules on again, with the disks that the resolver knows now. */
  lookAgain(): void {
    this.#latest ??= this.#options.source.current;
    void this.#work();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#unsubscribe();
    clearTimeout(this.#retryTimer);
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let set = this.#latest; set !== undefined && !this.#isOver; set = this.#latest) {
      this.#latest = undefined;
      clearTimeout(this.#retryTimer);
      const isToTryAgain = await this.#handOn(set);
      if (isToTryAgain && !this.#isOver) this.#retryTimer = setTimeout(() => this.lookAgain(), RETRY_MS);
    }
    this.#isWorking = false;
  }

  /** @returns whether to try the set again */
  async #handOn(set: RuleSet): Promise<boolean> {
    const { source, resolver, scheduler, onRules, onError } = this.#options;
    try {
      const { resolutions, retry } = await resolver.resolve(set);
      if (this.#isOver) return false;
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
}
