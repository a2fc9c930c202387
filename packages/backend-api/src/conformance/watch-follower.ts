import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { CallOptions } from "../backend.ts";
import type { ListSnapshotsRequest } from "../snapshot.ts";
import type { SnapshotChange } from "../snapshot-change.ts";
import type { ConformanceHarness } from "./harness.ts";
import type { TestContext } from "./test-context.ts";

/** Begins a watch, and breaks it off once it is up. */
export async function startWatch(context: TestContext, options?: CallOptions): Promise<void> {
  const changes = context.watch(options);
  await changes.next();
  await changes.return?.();
}

/** Follows a watch from `started` on, while `work` makes changes. The watch is let go of in the end. */
export async function follow(
  harness: ConformanceHarness,
  context: TestContext,
  work: (follower: WatchFollower) => Promise<void>,
  overrides?: Partial<ListSnapshotsRequest>,
): Promise<void> {
  const controller = new AbortController();
  const changes = context.watch({ signal: controller.signal }, overrides);
  const follower = new WatchFollower(harness, context, changes);
  try {
    assert.deepEqual(await changes.next(), { done: false, value: { type: "started" } }, "the first that it yields");
    await work(follower);
  } finally {
    controller.abort();
    await follower.stop();
  }
}

/** What a watch has yielded so far. */
export class WatchFollower {
  readonly seen: SnapshotChange[] = [];
  /** What it threw, or `ended`. */
  outcome: unknown;
  readonly #harness: ConformanceHarness;
  readonly #context: TestContext;
  readonly #changes: AsyncIterator<SnapshotChange>;
  #arrived: PromiseWithResolvers<void> = Promise.withResolvers();
  #pumping: Promise<void> | undefined;

  constructor(harness: ConformanceHarness, context: TestContext, changes: AsyncIterator<SnapshotChange>) {
    this.#harness = harness;
    this.#context = context;
    this.#changes = changes;
  }

  /** Waits for a change that matches, among those seen and those to come. Nothing is asked of the watch before. */
  async until(matches: (change: SnapshotChange) => boolean): Promise<SnapshotChange> {
    await this.untilOver(matches);
    const found = this.seen.find(matches);
    if (found) return found;
    if (this.outcome === "ended") assert.fail("the watch ended, and the change was not seen");
    throw this.outcome;
  }

  /** As {@link until}; or until the watch has ended or thrown. */
  async untilOver(matches: (change: SnapshotChange) => boolean): Promise<void> {
    this.#pumping ??= this.#pump();
    const attempts = this.#harness.settle ? (this.#harness.settleAttempts ?? 100) : 0;
    for (let attempt = 0; this.outcome === undefined && !this.seen.some(matches); attempt += 1) {
      await (attempt < attempts ? this.#settle() : this.#arrived.promise);
    }
  }

  /** To be called once the signal of the watch has fired. */
  async stop(): Promise<void> {
    if (this.#pumping) await this.#pumping;
    else await this.#changes.return?.();
  }

  async #settle(): Promise<void> {
    await setImmediate();
    await this.#harness.settle?.(this.#context.world);
    await setImmediate();
  }

  async #pump(): Promise<void> {
    try {
      for (let result = await this.#changes.next(); !result.done; result = await this.#changes.next()) {
        this.seen.push(result.value);
        this.#tell();
      }
      this.outcome = "ended";
    } catch (error) {
      this.outcome = error;
    }
    this.#tell();
  }

  #tell(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }
}
