import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockTrouble, observeDate, startClock, storageDate, watchWall } from "./storage-clock.ts";
import { HOUR, MINUTE, type Moment } from "./time.ts";

const TOLERANCE = 5 * MINUTE;
const START = Date.UTC(2026, 0, 1);
const moment = (monotonic: number, wallError = 0): Moment => ({ monotonic, wall: START + monotonic + wallError });
const started = startClock(moment(0));

describe("rule 15: a storage system's clock", () => {
  it("knows no date before it was given one, then goes on by the monotonic clock", () => {
    expect(storageDate(started, moment(0))).toBeUndefined();
    const clock = observeDate(started, START + 7, moment(0), TOLERANCE);
    expect(storageDate(clock, moment(HOUR, -2 * HOUR))).toBe(START + 7 + HOUR);
  });

  it("is not set back by an answer that another one overtook, but by one that is much older", () => {
    const clock = observeDate(started, START, moment(0), TOLERANCE);
    const late = observeDate(clock, START - MINUTE, moment(0), TOLERANCE);
    expect(storageDate(late, moment(0))).toBe(START);
    const corrected = observeDate(clock, START - HOUR, moment(0), TOLERANCE);
    expect(storageDate(corrected, moment(0))).toBe(START - HOUR);
    const ahead = observeDate(clock, START + MINUTE, moment(0), TOLERANCE);
    expect(storageDate(ahead, moment(0))).toBe(START + MINUTE);
  });

  it("begins with the wall clock as it is", () => {
    const later = startClock(moment(HOUR, MINUTE));
    expect(watchWall(later, moment(2 * HOUR, MINUTE), 0)).toBe(later);
  });

  it("notes a step of the wall clock, and no drift within the tolerance", () => {
    expect(watchWall(started, moment(HOUR, TOLERANCE), TOLERANCE)).toBe(started);
    expect(watchWall(started, moment(HOUR, -TOLERANCE - 1), TOLERANCE)).toMatchObject({ steppedAt: HOUR });
  });

  it("never goes back by more than the tolerance, whatever dates come in whatever order, without a correction", () => {
    const answers = fc.array(fc.record({ after: fc.nat(HOUR), behind: fc.nat(TOLERANCE - 1) }), { maxLength: 30 });
    fc.assert(
      fc.property(answers, (all) => {
        let clock = observeDate(started, START, moment(0), TOLERANCE);
        let now = 0;
        for (const { after, behind } of all) {
          now += after;
          clock = observeDate(clock, START + now - behind, moment(now), TOLERANCE);
          expect(storageDate(clock, moment(now))).toBe(START + now);
        }
      }),
    );
  });
});

describe("rule 15: trouble with clocks", () => {
  const dated = observeDate(started, START, moment(0), TOLERANCE);

  it.each([
    [TOLERANCE, undefined],
    [-TOLERANCE, undefined],
    [TOLERANCE + 1, "ClockApart"],
    [-TOLERANCE - 1, "ClockApart"],
  ])("wall clock off by %d ms from the start: %s", (off, reason) => {
    const clock = observeDate(startClock(moment(0, off)), START, moment(0, off), TOLERANCE);
    const trouble = clockTrouble(clock, moment(HOUR, off), TOLERANCE);
    expect(trouble).toEqual(reason === undefined ? undefined : { reason, off });
  });

  it.each([
    [TOLERANCE, undefined],
    [-TOLERANCE, undefined],
    [TOLERANCE + 1, "ClockStepped"],
    [-TOLERANCE - 1, "ClockStepped"],
  ])("wall clock that stepped by %d ms: %s", (step, reason) => {
    for (const clock of [started, dated]) {
      expect(clockTrouble(clock, moment(HOUR, step), TOLERANCE)?.reason).toBe(reason);
    }
  });

  it("is over an hour after a step where there are no dates, at once where one came", () => {
    const step = 2 * TOLERANCE;
    const stepped = watchWall(started, moment(0, step), TOLERANCE);
    expect(clockTrouble(stepped, moment(HOUR - 1, step), TOLERANCE)?.reason).toBe("ClockStepped");
    expect(clockTrouble(stepped, moment(HOUR, step), TOLERANCE)).toBeUndefined();
    const confirmed = observeDate(stepped, START + step, moment(0, step), TOLERANCE);
    expect(clockTrouble(confirmed, moment(1, step), TOLERANCE)).toBeUndefined();
  });
});

it("takes the same date again as the newest, and an older one only where it is off by the whole tolerance", () => {
  const at = (monotonic: number) => ({ monotonic, wall: 1_000_000 + monotonic });
  const clock = observeDate(startClock(at(0)), 5_000, at(0), 100);
  expect(observeDate(clock, 5_010, at(10), 100)).toEqual({ ...clock, date: 5_010, observedAt: 10 });
  expect(observeDate(clock, 4_911, at(10), 100)).toBe(clock);
  expect(observeDate(clock, 4_910, at(10), 100)).toEqual({ ...clock, date: 4_910, observedAt: 10 });
});
