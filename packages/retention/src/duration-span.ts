import type { Duration } from "./duration.ts";

const DAY = 86_400_000;
const CYCLE_MONTHS = 48;
const CYCLE_DAYS = 1_461;
/** The longest time without a leap day in which none was left out at the turn of a century. */
const MONTHS_WITHOUT_LEAP_DAY = 36;
const CENTURY_MONTHS = 1_200;

/** The shortest time, in milliseconds, that `count` of a duration one after another can take: months by the calendar. */
export function shortestSpan(duration: Duration, count: number): number {
  if (duration.months === 0) return duration.milliseconds * count;
  const months = duration.months * count;
  const missingLeapDays = Math.ceil(Math.max(0, months - MONTHS_WITHOUT_LEAP_DAY) / CENTURY_MONTHS);
  return (calendarDays(months, "shortest") - missingLeapDays) * DAY + duration.milliseconds * count;
}

/** The longest time, in milliseconds, that `count` of a duration one after another can take: months by the calendar. */
export function longestSpan(duration: Duration, count: number): number {
  if (duration.months === 0) return duration.milliseconds * count;
  return calendarDays(duration.months * count, "longest") * DAY + duration.milliseconds * count;
}

interface DayCounts {
  readonly shortest: number;
  readonly longest: number;
}

/** For each number of months below a cycle of four years, the days of as many months on end, whichever they are. */
const restOfCycle: readonly DayCounts[] = Array.from({ length: CYCLE_MONTHS }, (_, months) => {
  const days = Array.from({ length: CYCLE_MONTHS }, (_, first) => {
    return (Date.UTC(2001, first + months) - Date.UTC(2001, first)) / DAY;
  });
  return { shortest: Math.min(...days), longest: Math.max(...days) };
});

function calendarDays(months: number, which: keyof DayCounts): number {
  const rest = restOfCycle[months % CYCLE_MONTHS] as DayCounts;
  return Math.floor(months / CYCLE_MONTHS) * CYCLE_DAYS + rest[which];
}
