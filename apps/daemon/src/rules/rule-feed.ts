import { setImmediate } from "node:timers/promises";
import type { RuleSet, RuleSetChanges, RuleSource, RuleTarget } from "@k8s-snapshots/k8s-source";
import type { RuleChanges, Scheduler } from "@k8s-snapshots/scheduler";
import type { OwnedDisk } from "../backends/backend-registry.ts";
import { absentRules } from "./absent-rules.ts";
import type { DiskResolver } from "./disk-resolver.ts";
import type { Declared, ResolvedChanges, ResolvedRule } from "./resolved-rule.ts";
import { ResolvedRules } from "./resolved-rules.ts";

const RETRY_MS = 60_000;

/** Objects handed on in one turn of the event loop: some ten milliseconds. */
const OBJECTS_A_TURN = 100;

/** What a {@link RuleFeed} connects. */
export interface RuleFeedOptions {
  readonly source: Pick<RuleSource, "subscribe" | "health">;
  readonly resolver: Pick<DiskResolver, "resolve" | "forget">;
  readonly scheduler: Pick<Scheduler, "setRules" | "updateRules">;

  /** Names of the parameters that a backend has. */
  readonly parametersOf: (backend: string) => readonly string[];

  /** Called with what is new each time that the scheduler was told, also if it is nothing. */
  readonly onRules: (changes: ResolvedChanges) => void;

  /** Called with why the scheduler did not take rules, or a listener failed. What was not taken is handed on again in a minute. */
  readonly onError: (error: unknown) => void;
}

/**
 * Hands the cluster's rules on to the scheduler, as they change, once their disks are known. Begins at once, and ends when it
 * is disposed of.
 */
export class RuleFeed implements Disposable {
  readonly #options: RuleFeedOptions;
  readonly #unsubscribe: () => void;
  readonly #resolved: ResolvedRules;
  /** Ids of objects about which something is new. */
  readonly #pending = new Set<string>();
  /** Ids of objects whose disk could not be determined. */
  readonly #toTryAgain = new Set<string>();
  #set: RuleSet | undefined;
  /** Whether the scheduler has all that was handed on before, so that it needs only what changed. */
  #isInStep = false;
  #isWorking = false;
  #retryTimer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: RuleFeedOptions) {
    this.#options = options;
    this.#resolved = new ResolvedRules(options.parametersOf);
    this.#unsubscribe = options.source.subscribe((set, changes) => {
      this.#set = set;
      for (const id of idsOf(changes)) this.#pending.add(id);
      void this.#work();
    });
  }

  /** What became of what each object declares, by its id, as the scheduler knows it. */
  get resolved(): ReadonlyMap<string, ResolvedRule> {
    return this.#resolved.all;
  }

  /** The storage system knows no such disk: looks again for the disks of the objects that are meant for it. */
  lookAgainFor(disk: OwnedDisk): void {
    for (const [id, target] of this.#resolved.targetsOf(disk)) {
      this.#options.resolver.forget(target);
      this.#pending.add(id);
    }
    void this.#work();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#unsubscribe();
    clearTimeout(this.#retryTimer);
  }

  async #work(): Promise<void> {
    if (this.#isWorking || this.#set === undefined) return;
    this.#isWorking = true;
    do {
      const isAll = this.#pending.size <= OBJECTS_A_TURN;
      await this.#handOn(this.#set);
      if (!isAll) await setImmediate();
    } while (this.#pending.size > 0 && !this.#isOver);
    this.#isWorking = false;
  }

  async #handOn(set: RuleSet): Promise<void> {
    const { resolver, source, onRules, onError } = this.#options;
    // A rule that is handed on a moment later is no rule that is gone: that takes an hour (safety rule 8).
    const ids = [...this.#pending].slice(0, OBJECTS_A_TURN);
    for (const id of ids) this.#pending.delete(id);
    const declared = new Map(ids.map((id) => [id, set.rules.get(id) ?? set.problems.get(id)]));
    const targets = [...declared.values()].flatMap((one) => (one?.target === undefined ? [] : [one.target]));
    const { resolutions, unsettled } = await resolver.resolve(targets);
    if (this.#isOver) return;

    const { rules, changes } = this.#resolved.update(declared, resolutions);
    const absent = absentRules(source.health());
    const unresolved = new Set([...this.#resolved.unresolved, ...absent]);
    try {
      this.#tellScheduler(rules, unresolved);
      onRules(changes);
    } catch (error) {
      onError(error);
    }
    const unsettledIds = ids.filter((id) => isUnsettled(declared.get(id), unsettled));
    for (const id of unsettledIds) this.#toTryAgain.add(id);
    if (unsettledIds.length > 0 || absent.length > 0 || !this.#isInStep) this.#tryAgainLater();
  }

  #tellScheduler(changes: RuleChanges, unresolved: ReadonlySet<string>): void {
    const { scheduler } = this.#options;
    const wasInStep = this.#isInStep;
    this.#isInStep = false;
    if (wasInStep) scheduler.updateRules({ ...changes, unresolved });
    else scheduler.setRules(this.#resolved.rules, unresolved);
    this.#isInStep = true;
  }

  #tryAgainLater(): void {
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      for (const id of this.#toTryAgain) this.#pending.add(id);
      this.#toTryAgain.clear();
      void this.#work();
    }, RETRY_MS);
  }
}

function idsOf({ added, updated, removed, problems, solved }: RuleSetChanges): string[] {
  const changed = [...added, ...updated.map(({ after }) => after), ...removed, ...problems, ...solved];
  return changed.map(({ id }) => id);
}

function isUnsettled(declared: Declared | undefined, unsettled: ReadonlySet<RuleTarget>): boolean {
  return declared?.target !== undefined && unsettled.has(declared.target);
}
