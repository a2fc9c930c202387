import type { RuleSet, RuleSetListener } from "@k8s-snapshots/k8s-source";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RuleFeed, type RuleFeedOptions } from "./rule-feed.ts";

const empty: RuleSet = { rules: [], problems: [] };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the feed", () => {
  it("hands each set on, once its disks are known", async () => {
    const feed = startFeed();
    await feed.publish(empty);
    expect(feed.taken).toBe(1);
  });

  it("leaves out a set that another one has replaced meanwhile", async () => {
    const feed = startFeed();
    const resolving = feed.holdResolver();
    await feed.publish(empty);
    await feed.publish(empty);
    await feed.publish(empty);
    resolving.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.taken).toBe(2);
  });

  it("looks again after a minute for disks that could not be told", async () => {
    const feed = startFeed({ retry: true });
    await feed.publish(empty);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.taken).toBe(2);
    feed.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.taken).toBe(2);
  });

  it("hands nothing on once it is over, also what it was looking up then", async () => {
    const feed = startFeed();
    const resolving = feed.holdResolver();
    await feed.publish(empty);
    feed.stop();
    resolving.resolve();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.taken).toBe(0);
  });

  it("reports a set that the scheduler refuses, and goes on with the next", async () => {
    const feed = startFeed();
    feed.refuse = new TypeError("two rules name the same disk");
    await feed.publish(empty);
    expect(feed.errors).toEqual([feed.refuse]);
    feed.refuse = undefined;
    await feed.publish(empty);
    expect(feed.taken).toBe(1);
    feed.stop();
  });
});

it("what SnapshotRules asked for is not taken for gone while the API server does not know the kind", async () => {
  const feed = startFeed({ absent: true });
  await feed.publish(empty);
  expect([...feed.unresolved]).toEqual(["rule-*", "*-rule-*"]);
  expect(feed.taken).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(feed.taken).toBe(2);
  feed.stop();
});

interface Feed {
  unresolved: ReadonlySet<string>;
  publish(set: RuleSet): Promise<void>;
  holdResolver(): PromiseWithResolvers<void>;
  stop(): void;
  refuse: Error | undefined;
  taken: number;
  readonly errors: unknown[];
}

function startFeed({ retry = false, absent = false } = {}): Feed {
  let listener: RuleSetListener = () => {};
  let hold: Promise<void> | undefined;
  const options: RuleFeedOptions = {
    source: {
      current: empty,
      health: () => [{ resource: "snapshotrules", synced: true, absent, fresh: true, lastContact: 0 }],
      subscribe(subscriber) {
        listener = subscriber;
        return () => {};
      },
    },
    resolver: {
      async resolve() {
        await hold;
        return { resolutions: new Map(), retry };
      },
    },
    scheduler: {
      setRules(_, unresolved = new Set()) {
        if (feed.refuse !== undefined) throw feed.refuse;
        feed.unresolved = unresolved;
      },
    },
    onRules: () => {
      feed.taken++;
    },
    onError: (error) => feed.errors.push(error),
  };
  const rules = new RuleFeed(options);
  const feed: Feed = {
    unresolved: new Set(),
    async publish(set) {
      listener(set, { added: [], updated: [], removed: [], problems: [], solved: [] });
      await vi.advanceTimersByTimeAsync(0);
    },
    holdResolver() {
      const resolvers = Promise.withResolvers<void>();
      hold = resolvers.promise;
      return resolvers;
    },
    stop: () => rules[Symbol.dispose](),
    refuse: undefined,
    taken: 0,
    errors: [],
  };
  return feed;
}
