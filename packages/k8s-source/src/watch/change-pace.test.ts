import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../test/virtual-clock.ts";
import { ChangePace } from "./change-pace.ts";

let clock: VirtualClock;
let pace: ChangePace;
let due: string[];

beforeEach(() => {
  clock = new VirtualClock();
  due = [];
  pace = new ChangePace(clock, (path) => due.push(path));
});

afterEach(() => pace[Symbol.dispose]());

describe("an object that changes", () => {
  test("once a second never waits", async () => {
    for (let times = 0; times < 10; times += 1) {
      expect(pace.admits("a")).toBe(true);
      await clock.advance(1_000);
    }
    expect(due).toEqual([]);
  });

  test("more often waits, longer and longer, up to a minute", async () => {
    const admitted: number[] = [];
    for (let tenth = 0; tenth < 3_000; tenth += 1) {
      const before = due.length;
      if (pace.admits("a") || due.length > before) admitted.push(tenth / 10);
      await clock.advance(100);
      if (due.length > before) admitted.push((tenth + 1) / 10);
    }
    expect(admitted).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  test("and then rests is taken over at once again", async () => {
    for (let times = 0; times < 20; times += 1) {
      pace.admits("a");
      await clock.advance(100);
    }
    await clock.advance(120_000);
    expect(pace.admits("a")).toBe(true);
  });

  test("is not forgotten: its last change is due", async () => {
    pace.admits("a");
    expect(pace.admits("a")).toBe(false);
    expect(pace.admits("a")).toBe(false);
    await clock.advance(1_000);
    expect(due).toEqual(["a"]);
  });
});

test("others do not wait for it", () => {
  pace.admits("a");
  expect(pace.admits("a")).toBe(false);
  expect(pace.admits("b")).toBe(true);
});

test("nothing waits any more once it is disposed of", async () => {
  pace.admits("a");
  pace.admits("a");
  pace[Symbol.dispose]();
  await clock.advance(60_000);
  expect(due).toEqual([]);
  expect(clock.waiting).toBe(0);
});
