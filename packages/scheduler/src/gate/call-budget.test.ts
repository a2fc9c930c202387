import { BackendError } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../state/time.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { CallBudget, type CallBudgetOptions } from "./call-budget.ts";
import { NotAdmitted } from "./request-gate.ts";

const turn = { namespace: "a", disk: "1" };

function budgetOf(options: Partial<CallBudgetOptions> = {}): { clock: VirtualClock; budget: CallBudget } {
  const clock = new VirtualClock(0);
  return {
    clock,
    budget: new CallBudget({ clock, perSecond: Number.POSITIVE_INFINITY, concurrency: 10, ...options }),
  };
}

/** Makes calls that take `took`; when each was begun. */
function callsOf(clock: VirtualClock, budget: CallBudget, count: number, took = 0): number[] {
  const begun: number[] = [];
  for (let index = 0; index < count; index++) {
    void budget.run(turn, undefined, async () => {
      begun.push(clock.monotonic());
      await clock.sleep(took);
    });
  }
  return begun;
}

const throttled = (options: ConstructorParameters<typeof BackendError>[2] = {}): BackendError =>
  new BackendError("throttled", "slow down", options);

/** Calls that are throttled one after the other: how long each one after the first waited. */
async function pausesOf(errors: readonly BackendError[]): Promise<number[]> {
  const { clock, budget } = budgetOf();
  const begun: number[] = [];
  for (const error of errors) {
    const call = budget.run(turn, undefined, () => {
      begun.push(clock.monotonic());
      return Promise.reject(error);
    });
    await Promise.all([call.catch(() => {}), clock.runUntil(clock.now() + MINUTE)]).catch(() => {});
  }
  return begun;
}

describe("a budget of calls", () => {
  it("begins no more a second than it may", async () => {
    const { clock, budget } = budgetOf({ perSecond: 2 });
    const begun = callsOf(clock, budget, 6);
    await clock.runUntil(10 * SECOND);
    expect(begun).toEqual([0, 0, 500, 1_000, 1_500, 2_000]);
  });

  it("begins no more at once than it may", async () => {
    const { clock, budget } = budgetOf({ concurrency: 2 });
    const begun = callsOf(clock, budget, 5, SECOND);
    await clock.runUntil(10 * SECOND);
    expect(begun).toEqual([0, 0, SECOND, SECOND, 2 * SECOND]);
  });

  it("waits for room, and looks again when it is woken", async () => {
    let room = 1;
    const { clock, budget } = budgetOf({ room: () => room - budget.underWay });
    const begun = callsOf(clock, budget, 3, SECOND);
    await clock.runUntil(SECOND / 2);
    expect(begun).toEqual([0]);
    room = 3;
    budget.wake();
    await clock.runUntil(5 * SECOND);
    expect(begun).toEqual([0, SECOND / 2, SECOND / 2]);
  });

  it("gives the turn to another namespace", async () => {
    const { clock, budget } = budgetOf({ concurrency: 1 });
    const order: string[] = [];
    for (const namespace of ["a", "a", "a", "b"]) {
      void budget.run({ namespace, disk: "1" }, undefined, async () => {
        order.push(namespace);
        await clock.sleep(SECOND);
      });
    }
    await clock.runUntil(10 * SECOND);
    expect(order).toEqual(["a", "b", "a", "a"]);
  });

  it("gives back what a call took that was not sent", async () => {
    const { clock, budget } = budgetOf({ perSecond: 1 });
    await expect(budget.run(turn, undefined, () => Promise.reject(new NotAdmitted("it", undefined)))).rejects.toThrow();
    const begun = callsOf(clock, budget, 1);
    await clock.runUntil(5 * SECOND);
    expect(begun).toEqual([0]);
  });

  it("cancels what waits", async () => {
    const { budget } = budgetOf({ concurrency: 0 });
    const waiting = budget.run(turn, undefined, () => Promise.resolve());
    budget.cancelWaiting();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    expect(budget.waiting).toBe(0);
    const late = budget.run(turn, AbortSignal.abort(), () => Promise.resolve());
    await expect(late).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("throttle-1 (rule 9): where the storage system asks to slow down", () => {
  it("calls pause, each second time for twice as long, from a second to half a minute, and anew after one that succeeded", async () => {
    const pauses: number[] = [];
    const { clock, budget } = budgetOf({ onPause: (pause) => pauses.push(pause) });
    const call = async (answer: () => Promise<void>): Promise<void> => {
      const done = budget.run(turn, undefined, answer).catch(() => {});
      await clock.runUntil(clock.now() + MINUTE);
      await done;
    };
    for (let count = 0; count < 12; count++) await call(() => Promise.reject(throttled()));
    await call(() => Promise.resolve());
    await call(() => Promise.reject(throttled()));
    expect(pauses).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 30, 30, 1].map((seconds) => seconds * SECOND));
  });

  it("those that were under way together are one sign", async () => {
    const pauses: number[] = [];
    const { clock, budget } = budgetOf({ onPause: (pause) => pauses.push(pause) });
    for (let count = 0; count < 5; count++) {
      const fail = async (): Promise<never> => {
        await clock.sleep(SECOND);
        throw throttled();
      };
      void budget.run(turn, undefined, fail).catch(() => {});
    }
    await clock.runUntil(MINUTE);
    expect(pauses).toEqual([SECOND]);
  });

  it("nothing leaves while it pauses", async () => {
    expect(await pausesOf([throttled(), throttled(), throttled()])).toEqual([0, MINUTE, 2 * MINUTE]);
    const { clock, budget } = budgetOf();
    void budget.run(turn, undefined, () => Promise.reject(throttled({ retryAfterMs: 20 * SECOND }))).catch(() => {});
    await clock.runUntil(1);
    const begun = callsOf(clock, budget, 2);
    await clock.runUntil(MINUTE);
    expect(begun).toEqual([20 * SECOND, 20 * SECOND]);
  });

  it.each(["disk", "snapshot"] as const)("not where only one %s is meant", async (scope) => {
    const pauses: number[] = [];
    const { budget } = budgetOf({ onPause: (pause) => pauses.push(pause) });
    await budget.run(turn, undefined, () => Promise.reject(throttled({ scope }))).catch(() => {});
    expect(pauses).toEqual([]);
  });
});
