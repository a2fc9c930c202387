import type {
  RuleProblem,
  RuleSet,
  RuleSetChanges,
  RuleSetListener,
  RuleTarget,
  SourceRule,
} from "@k8s-snapshots/k8s-source";
import type { RuleChanges } from "@k8s-snapshots/scheduler";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { declaredRule } from "../../test/declared-rules.ts";
import { RuleFeed, type RuleFeedOptions } from "./rule-feed.ts";

const nothingNew: RuleSetChanges = { added: [], updated: [], removed: [], problems: [], solved: [] };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the feed", () => {
  it("hands the first set on whole, and then what changed", async () => {
    const feed = startFeed();
    await feed.publish("a", "b");
    await feed.publish("c");
    expect(feed.handedOn).toEqual([["a", "b"], { set: ["c"], removed: [] }]);
    expect(feed.reported).toEqual([["a", "b"], ["c"]]);
    await feed.withdraw("a");
    expect(feed.handedOn.at(-1)).toEqual({ set: [], removed: ["a"] });
  });

  it("hands on together what changes while disks are looked up", async () => {
    const feed = startFeed();
    const resolving = feed.holdResolver();
    await feed.publish("a");
    await feed.publish("b");
    await feed.publish("c");
    resolving.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.reported).toEqual([["a"], ["b", "c"]]);
  });

  it("looks again after a minute for disks that could not be determined, and for no others", async () => {
    const feed = startFeed();
    feed.unsettled.add("a");
    await feed.publish("a", "b");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.lookedUp).toEqual([["a", "b"], ["a"]]);
    feed.unsettled.clear();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.lookedUp).toEqual([["a", "b"], ["a"], ["a"]]);
    feed.stop();
  });

  it("looks again at once for the disk that a storage system says is gone", async () => {
    const feed = startFeed();
    await feed.publish("a", "b");
    feed.lookAgainFor("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.forgotten).toEqual(["b"]);
    expect(feed.lookedUp).toEqual([["a", "b"], ["b"]]);
  });

  it("hands nothing on once it is over, also what it was looking up then", async () => {
    const feed = startFeed();
    const resolving = feed.holdResolver();
    await feed.publish("a");
    feed.stop();
    resolving.resolve();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.handedOn).toEqual([]);
  });

  it("reports what the scheduler refuses, and hands all of it on again", async () => {
    const feed = startFeed();
    await feed.publish("a");
    feed.refuse = new TypeError("its backend is not loaded");
    await feed.publish("b");
    expect(feed.errors).toEqual([feed.refuse]);
    feed.refuse = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.handedOn).toEqual([["a"], ["a", "b"]]);
    feed.stop();
  });
});

it("what SnapshotRules asked for is not treated as gone while the API server does not know the kind", async () => {
  const feed = startFeed({ absent: true });
  await feed.publish();
  expect([...feed.unresolved]).toEqual(["rule-*", "*-rule-*"]);
  feed.unresolved = new Set();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([...feed.unresolved]).toEqual(["rule-*", "*-rule-*"]);
  feed.stop();
});

interface Feed {
  readonly handedOn: unknown[];
  readonly reported: string[][];
  readonly lookedUp: string[][];
  readonly forgotten: string[];
  readonly errors: unknown[];
  /** Names of the volumes whose disk cannot be determined. */
  readonly unsettled: Set<string>;
  unresolved: ReadonlySet<string>;
  refuse: Error | undefined;
  publish(...names: string[]): Promise<void>;
  withdraw(name: string): Promise<void>;
  lookAgainFor(name: string): void;
  holdResolver(): PromiseWithResolvers<void>;
  stop(): void;
}

function startFeed({ absent = false } = {}): Feed {
  let listener: RuleSetListener = () => {};
  let hold: Promise<void> | undefined;
  const rules = new Map<string, SourceRule>();
  const set: RuleSet = { rules, problems: new Map<string, RuleProblem>() };
  const options: RuleFeedOptions = {
    source: {
      health: () => [{ resource: "snapshotrules", synced: true, absent, fresh: true, lastContact: 0 }],
      subscribe(subscriber) {
        listener = subscriber;
        return () => {};
      },
    },
    resolver: {
      async resolve(targets) {
        feed.lookedUp.push(targets.map(nameOf));
        await hold;
        return {
          resolutions: new Map(targets.map((target) => [target, { disk: diskOf(nameOf(target)) }])),
          unsettled: new Set(targets.filter((target) => feed.unsettled.has(nameOf(target)))),
        };
      },
      forget: (target) => feed.forgotten.push(nameOf(target)),
    },
    parametersOf: () => [],
    scheduler: {
      setRules(all, unresolved = new Set()) {
        if (feed.refuse !== undefined) throw feed.refuse;
        feed.handedOn.push(all.map(({ disk }) => disk.id));
        feed.unresolved = unresolved;
      },
      updateRules({ set: some, removed, unresolved = new Set() }: RuleChanges) {
        if (feed.refuse !== undefined) throw feed.refuse;
        const ids = (list: RuleChanges["removed"]): string[] => list.map(({ disk }) => disk.id);
        feed.handedOn.push({ set: ids(some), removed: ids(removed) });
        feed.unresolved = unresolved;
      },
    },
    onRules: (changes) => feed.reported.push([...changes.keys()]),
    onError: (error) => feed.errors.push(error),
  };
  const ruleFeed = new RuleFeed(options);
  const tell = async (changes: Partial<RuleSetChanges>): Promise<void> => {
    listener(set, { ...nothingNew, ...changes });
    await vi.advanceTimersByTimeAsync(0);
  };
  const feed: Feed = {
    handedOn: [],
    reported: [],
    lookedUp: [],
    forgotten: [],
    errors: [],
    unsettled: new Set(),
    unresolved: new Set(),
    refuse: undefined,
    async publish(...names) {
      const added = names.map((name) => declaredRule(name, { target: targetOf(name) }));
      for (const one of added) rules.set(one.id, one);
      await tell({ added });
    },
    async withdraw(name) {
      const removed = [rules.get(name) as SourceRule];
      rules.delete(name);
      await tell({ removed });
    },
    lookAgainFor: (name) => ruleFeed.lookAgainFor(diskOf(name)),
    holdResolver() {
      const resolvers = Promise.withResolvers<void>();
      hold = resolvers.promise;
      return resolvers;
    },
    stop: () => ruleFeed[Symbol.dispose](),
  };
  return feed;
}

function targetOf(name: string): RuleTarget {
  return { kind: "disk", backend: "aws", disk: { volumeId: name } };
}

function nameOf(target: RuleTarget): string {
  return target.kind === "disk" ? String(target.disk["volumeId"]) : target.volume.metadata.name;
}

function diskOf(name: string): { backend: string; disk: { location: string; id: string } } {
  return { backend: "aws", disk: { location: "eu-west-1", id: name } };
}
