import { describe, expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { HOUR, MINUTE, type Milliseconds, SECOND } from "../../src/state/time.ts";
import { seededRandom, VirtualClock } from "../../src/testing/index.ts";
import { BucketLimit } from "./bucket-limit.ts";
import { BusyClient } from "./busy-client.ts";

interface Account {
  readonly clock: VirtualClock;
  readonly limit: BucketLimit;
  readonly clusters: BusyClient[];
  join(): void;
}

/** Clusters that know nothing of each other and draw on one limit, five a second of which fifty are saved up. */
function accountOfFive(): Account {
  const clock = new VirtualClock(0);
  const limit = new BucketLimit(clock, 5, 50);
  const random = seededRandom(3);
  const clusters: BusyClient[] = [];
  const join = (): void =>
    void clusters.push(new BusyClient({ clock, limit, declared: 5, way: () => 30 + 60 * random() }));
  return { clock, limit, clusters, join };
}

/** What share of the limit was used, and of the calls throttled; how much of a fair share each cluster had. */
async function measure({ clock, limit, clusters }: Account, time: Milliseconds) {
  const before = { passed: limit.passed, throttled: limit.throttled, each: clusters.map(({ passed }) => passed) };
  await clock.runUntil(clock.now() + time);
  const passed = limit.passed - before.passed;
  const throttled = limit.throttled - before.throttled;
  const shares = clusters.map((cluster, index) => cluster.passed - (before.each[index] as number));
  return {
    used: passed / ((time / SECOND) * limit.perSecond),
    throttled: throttled / (passed + throttled),
    shares: shares.map((share) => (share * clusters.length) / passed),
  };
}

describe("several clusters on one account share its limit by what throttling teaches", { timeout: 60_000 }, () => {
  it.each([3, 2, 5, 10].slice(0, wholeCount(4, 1)))("%i that begin together", async (count) => {
    const account = accountOfFive();
    for (let index = 0; index < count; index++) account.join();
    await account.clock.runUntil(10 * MINUTE);
    const { used, throttled, shares } = await measure(account, 2 * HOUR);
    expect(used).toBeGreaterThanOrEqual(0.95);
    expect(throttled).toBeLessThanOrEqual(0.001);
    expect(Math.min(...shares)).toBeGreaterThan(0.5);
  });

  it.each([3, 2, 5].slice(0, wholeCount(3, 1)))("%i that begin one after the other", async (count) => {
    const account = accountOfFive();
    for (let index = 0; index < count; index++) {
      account.join();
      await account.clock.runUntil(account.clock.now() + 30 * MINUTE);
    }
    const { used, throttled, shares } = await measure(account, 2 * HOUR);
    expect(used).toBeGreaterThanOrEqual(0.95);
    expect(throttled).toBeLessThanOrEqual(0.001);
    expect(Math.min(...shares)).toBeGreaterThan(1 / 4);
  });

  it("what one no longer uses the others find within an hour", async () => {
    const account = accountOfFive();
    for (let index = 0; index < 3; index++) account.join();
    await account.clock.runUntil(HOUR);
    account.clusters[0]?.stop();
    await account.clock.runUntil(2 * HOUR);
    expect((await measure(account, 2 * HOUR)).used).toBeGreaterThanOrEqual(0.95);
  });
});
