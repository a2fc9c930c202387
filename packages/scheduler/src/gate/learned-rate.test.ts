import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR, type Milliseconds, SECOND } from "../state/time.ts";
import { LearnedRate } from "./learned-rate.ts";

/** Calls that all wait, one after the other, as fast as the rate allows. */
class Calls {
  readonly rate: LearnedRate;
  now: Milliseconds = 0;

  constructor(declared: number, most?: number) {
    this.rate = new LearnedRate(declared, most);
  }

  make(count: number, answer: "succeeded" | "throttled" = "succeeded"): this {
    for (let index = 0; index < count; index++) {
      this.now += SECOND / Math.min(100, this.rate.perSecond);
      this.rate[answer]({ at: this.now - 1, waited: true }, this.now);
    }
    return this;
  }
}

describe("a rate that is learned", () => {
  it("begins at what is declared, and stays there while nothing is throttled and no more is allowed", () => {
    expect(new Calls(5, 5).make(10_000).rate.perSecond).toBe(5);
  });

  it("looks for more where more is allowed: after four minutes, doubling each minute", () => {
    const calls = new Calls(5);
    while (calls.now < 239 * SECOND) calls.make(1);
    expect(calls.rate.perSecond).toBe(5);
    while (calls.now < 300 * SECOND) calls.make(1);
    expect(calls.rate.perSecond).toBeGreaterThan(9.5);
    expect(calls.rate.perSecond).toBeLessThan(10.5);
  });

  it("is cut once a burst, a little: calls that left before the cut say nothing about it", () => {
    const { rate, now } = new Calls(5).make(500);
    for (let index = 0; index < 100; index++) rate.throttled({ at: now - 1, waited: true }, now + index);
    expect(rate.perSecond).toBeCloseTo(5 * 0.97);
  });

  it("is cut by what was too much while calls go on being throttled", () => {
    const calls = new Calls(5).make(500);
    calls.make(1, "throttled").make(14).make(6, "throttled");
    expect(calls.rate.perSecond).toBeCloseTo(5 * 0.97 * 0.7);
  });

  it("is cut rarely where cuts do not help: the rate is not the reason", () => {
    const calls = new Calls(5).make(500).make(1, "throttled");
    for (let round = 0; round < 5; round++) calls.make(10).make(10, "throttled");
    expect(calls.rate.perSecond).toBeCloseTo(5 * 0.97 * 0.5);
    for (let round = 0; round < 5; round++) calls.make(10).make(10, "throttled");
    expect(calls.rate.perSecond).toBeCloseTo(5 * 0.97 * 0.25);
  });

  it("is held below what was throttled, then raised by small steps that grow", () => {
    const calls = new Calls(5).make(500).make(1, "throttled").make(20);
    const held = calls.rate.perSecond;
    expect(calls.make(3_900).rate.perSecond).toBe(held);
    const raised = [1, 2, 3].map(() => calls.make(1_000).rate.perSecond / held);
    expect(raised[0]).toBeLessThan(1.05);
    expect(raised[2]).toBeGreaterThan(1.2);
  });

  it("is not cut where it is hardly used: something else is throttled", () => {
    const rate = new LearnedRate(5);
    for (let now = 0; now < HOUR; now += 2 * SECOND) rate.throttled({ at: now, waited: true }, now + 1);
    expect(rate.perSecond).toBe(5);
  });

  it("is not raised where nothing waits", () => {
    const rate = new LearnedRate(5);
    for (let now = 0; now < HOUR; now += SECOND) rate.succeeded({ at: now, waited: false }, now + 1);
    expect(rate.perSecond).toBe(5);
  });

  it("has no limit where none is declared, until a call is throttled", () => {
    const calls = new Calls(Number.POSITIVE_INFINITY).make(3_000);
    expect(calls.rate.perSecond).toBe(Number.POSITIVE_INFINITY);
    expect(calls.make(1, "throttled").rate.perSecond).toBeCloseTo(10 * 0.97);
  });

  it("stays between a twentieth of what is declared and the most that is allowed, whatever is answered", () => {
    const answers = fc.array(fc.record({ count: fc.integer({ min: 1, max: 300 }), ok: fc.boolean() }), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        answers,
        (declared, factor, all) => {
          const calls = new Calls(declared, declared * factor);
          for (const { count, ok } of all) {
            calls.make(count, ok ? "succeeded" : "throttled");
            expect(calls.rate.perSecond).toBeGreaterThanOrEqual(declared / 20);
            expect(calls.rate.perSecond).toBeLessThanOrEqual(declared * factor);
          }
        },
      ),
    );
  });
});
