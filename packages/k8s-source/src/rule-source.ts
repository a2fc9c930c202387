import type { KubernetesClient } from "./client/kubernetes-client.ts";
import { type Clock, systemClock } from "./clock.ts";
import { RuleIndex } from "./rules/rule-index.ts";
import { isEmptyChange, type RuleSet, type RuleSetChanges } from "./rules/rule-set.ts";
import { annotationKeys, type RuleSettings } from "./rules/rule-settings.ts";
import { type SourceEvent, safely } from "./source-event.ts";
import { ChangePace } from "./watch/change-pace.ts";
import { ClusterWatch } from "./watch/cluster-watch.ts";
import type { ClusterObjects } from "./watch/kubernetes-objects.ts";
import type { ResourceHealth } from "./watch/resource-watch.ts";

/** What {@link createRuleSource} needs. */
export interface RuleSourceOptions {
  readonly client: KubernetesClient;
  readonly settings: RuleSettings;
  /**
   * How objects are listed: as the beginning of a watch where the API server serves that, else in pages; or in pages always.
   * Default: streamed.
   */
  readonly lists?: "streamed" | "paged";
  /** Called with what the source does and what happens to it. Default: no listener. */
  readonly onEvent?: (event: SourceEvent) => void;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: `Math.random`. */
  readonly random?: () => number;
}

/**
 * Called with the set that is in force now, and what differs from the call before.
 *
 * @param current - the same object each time, which changes with the cluster: do not keep what it held
 */
export type RuleSetListener = (current: RuleSet, changes: RuleSetChanges) => void;

/** The rules of a cluster, as they change. */
export interface RuleSource {
  /**
   * The set that holds now; `undefined` until all volumes, claims and SnapshotRules were listed whole. While the API
   * server is away it is the last one that was known: see {@link RuleSource.health}.
   */
  readonly current: RuleSet | undefined;

  /** The objects that the set was derived from, as they are now; `undefined` where there is no set yet. */
  readonly objects: ClusterObjects | undefined;

  /**
   * Calls the listener at once if there is a set already, and then whenever a rule or problem has changed. Changes that
   * come close together make one call.
   *
   * @returns how to call it off
   */
  subscribe(listener: RuleSetListener): () => void;

  /** How each of the three watches is doing. */
  health(): readonly ResourceHealth[];

  /** Lists and watches until the signal fires, and resolves then. Never rejects. Call it once. */
  run(signal: AbortSignal): Promise<void>;
}

/** One change seldom comes alone: a claim that is bound changes its volume too, by another watch. */
const GATHER_MS = 100;

/** Objects looked at in one turn of the event loop: some ten milliseconds. */
const OBJECTS_A_TURN = 200;

/** See {@link RuleSource}. Nothing is requested before {@link RuleSource.run}. */
export function createRuleSource(options: RuleSourceOptions): RuleSource {
  const { client, settings, clock = systemClock, random = Math.random } = options;
  const onEvent = safely(options.onEvent ?? (() => {}));
  const listeners = new Set<RuleSetListener>();
  const changed = new Set<string>();
  let cancelUpdate: (() => void) | undefined;
  let current: RuleSet | undefined;

  const pace = new ChangePace(clock, (path) => take([path]));
  const cluster = new ClusterWatch({
    client,
    keys: annotationKeys(settings.deltasAnnotationKey),
    lists: options.lists ?? "streamed",
    clock,
    random,
    onEvent,
    onChange: (paths, by) => take(by === "list" ? paths : paths.filter((path) => pace.admits(path))),
  });
  const index = new RuleIndex(cluster, settings);

  function take(paths: readonly string[]): void {
    for (const path of paths) changed.add(path);
    if (cluster.synced) cancelUpdate ??= clock.schedule(GATHER_MS, update);
  }

  /** Of many objects some at a time; before all were looked at once, there is no set. */
  function update(): void {
    const changes = index.update(taken(changed, OBJECTS_A_TURN));
    cancelUpdate = changed.size > 0 ? clock.schedule(0, update) : undefined;
    if (current === undefined) {
      if (changed.size > 0) return;
      current = index;
      for (const listener of listeners) call(listener, index, allOf(index));
    } else if (!isEmptyChange(changes)) {
      for (const listener of listeners) call(listener, index, changes);
    }
  }

  function call(listener: RuleSetListener, set: RuleSet, changes: RuleSetChanges): void {
    try {
      listener(set, changes);
    } catch (error) {
      onEvent({ type: "listener-failed", error });
    }
  }

  return {
    get current() {
      return current;
    },
    get objects() {
      return current && cluster;
    },
    subscribe(listener) {
      listeners.add(listener);
      if (current !== undefined) call(listener, current, allOf(current));
      return () => listeners.delete(listener);
    },
    health: () => cluster.health(),
    async run(signal) {
      await cluster.run(signal);
      cancelUpdate?.();
      pace[Symbol.dispose]();
    },
  };
}

/** Takes the first few out of a set. */
function taken<T>(from: Set<T>, most: number): T[] {
  const first: T[] = [];
  for (const one of from) {
    if (first.length === most) break;
    first.push(one);
    from.delete(one);
  }
  return first;
}

/** What differs from having no rules at all. */
function allOf({ rules, problems }: RuleSet): RuleSetChanges {
  return { added: [...rules.values()], updated: [], removed: [], problems: [...problems.values()], solved: [] };
}
