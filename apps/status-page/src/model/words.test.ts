import { expect, it } from "vitest";
import { ageInWords, dateInWords, intervalInWords, shortAge } from "./ages.ts";
import { RowHeights } from "./row-heights.ts";
import { scheduleOf } from "./schedule.ts";
import { reasonInWords, sentence } from "./words.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [5_000, "5 s", "5 s"],
  [57 * MINUTE, "57 min", "57 min"],
  [117 * MINUTE, "1 h 57 min", "2 h"],
  [3 * HOUR - 1_000, "3 h", "3 h"],
  [31 * HOUR, "31 h", "31 h"],
  [5 * DAY, "5 d", "5 d"],
  [90 * DAY, "3 mo", "90 d"],
  [500 * DAY, "1.4 y", "500 d"],
])("%i ms is %s, or %s", (age, words, short) => {
  expect([ageInWords(age), shortAge(age)]).toEqual([words, short]);
});

it("names intervals in even units", () => {
  expect([2_000, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY].map(intervalInWords)).toEqual([
    ...["2 s", "1 h", "6 h", "1 d", "1 w", "30 d"],
  ]);
});

it("writes dates in UTC, as exact as their age wants", () => {
  const now = Date.UTC(2026, 10, 28, 4, 0, 0);
  expect(dateInWords(now - 5_000, now)).toBe("03:59:55");
  expect(dateInWords(now - DAY, now)).toBe("Fri 27 Nov 04:00");
  expect(dateInWords(now - 400 * DAY, now)).toMatch(/2025$/);
});

it("puts schedules into few words, and leaves alone what it cannot read", () => {
  expect(scheduleOf("PT1H P1D P7D P30D").words).toBe("hourly for 1 d, daily 1 w, weekly 30 d");
  expect(scheduleOf("PT2S PT6S PT30S").words).toBe("every 2 s for 6 s, every 6 s 30 s");
  expect(scheduleOf("nonsense").words).toBe("nonsense");
});

it("makes sentences, and keeps names as they are", () => {
  expect(reasonInWords("SupersededByAnotherRule")).toBe("Superseded by another rule");
  expect(sentence("no rule asks")).toBe("No rule asks");
  expect(sentence("pvc/data names the disk")).toBe("pvc/data names the disk");
});

it("finds rows of any height by their place", () => {
  const heights = new RowHeights([44, 29, 96]);
  expect([0, 43, 44, 72, 73, 9_999].map((y) => heights.at(y))).toEqual([0, 0, 1, 1, 2, 2]);
  expect([heights.top(2), heights.height]).toEqual([73, 169]);
  expect(new RowHeights([]).at(5)).toBe(0);
});
