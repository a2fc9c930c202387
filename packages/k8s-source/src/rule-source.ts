import type { KubernetesClient } from "./client/kubernetes-client.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createDeltasReader } from "./rules/deltas-reader.ts";
import { deriveRules, type RuleSet } from "./rules/derive-rules.ts";
import { isEmptyChange, type RuleSetChanges, ruleSetChanges } from "./rules/rule-set-changes.ts";
import { annotationKeys, type RuleSettings } from "./rules/rule-settings.ts";
import { type SourceEvent, safely } from "./source-event.ts";
import { ClusterWatch } from "./watch/cluster-watch.ts";
import type { ResourceHealth } from "./watch/resource-watch.ts";

/** What {@link createRuleSource} needs. */
export interface RuleSourceOptions {
  readonly client: KubernetesClient;
  readonly settings: RuleSettings;
  /** Told what the source does and what happens to it. Default: nobody is. */
  readonly onEvent?: (event: SourceEvent) => void;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: `Math.random`. */
  readonly random?: () => number;
}

/** Is called with the set that holds now, and with what differs from the set of the call before. */
export type RuleSetListener = (current: RuleSet, changes: RuleSetChanges) => void;

/** The rules of a cluster, as they change. */
export interface RuleSource {
  /**
   * The set that holds now; `undefined` until all volumes, claims and SnapshotRules were listed whole. While the API
   * server is away it is the last one that was known: see {@link RuleSource.health}.
   */
  readonly current: RuleSet | undefined;

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

/** See {@link RuleSource}. Nothing is requested before {@link RuleSource.run}. */
export function createRuleSource(options: RuleSourceOptions): RuleSource {
  const { client, settings, clock = systemClock, random = Math.random } = options;
  const onEvent = safely(options.onEvent ?? (() => {}));
  const readDeltas = createDeltasReader();
  const listeners = new Set<RuleSetListener>();
  let current: RuleSet | undefined;
  let cancelDerivation: (() => void) | undefined;

  const cluster = new ClusterWatch({
    client,
    keys: annotationKeys(settings.deltasAnnotationKey),
    clock,
    random,
    onEvent,
    onChange: () => {
      if (cluster.synced) cancelDerivation ??= clock.schedule(GATHER_MS, derive);
    },
  });

  function derive(): void {
    cancelDerivation = undefined;
    const next = deriveRules(cluster, settings, readDeltas);
    const changes = ruleSetChanges(current, next);
    if (current !== undefined && isEmptyChange(changes)) return;
    current = next;
    for (const listener of listeners) call(listener, next, changes);
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
    subscribe(listener) {
      listeners.add(listener);
      if (current !== undefined) call(listener, current, ruleSetChanges(undefined, current));
      return () => listeners.delete(listener);
    },
    health: () => cluster.health(),
    async run(signal) {
      await cluster.run(signal);
      cancelDerivation?.();
    },
  };
}
