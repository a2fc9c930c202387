/**
 * A length of time, as ISO 8601 writes it. Years and months have no fixed length: they are kept as months and counted
 * on the calendar, in UTC, when the duration is added to a date (see {@link addDuration}). All else is milliseconds.
 *
 * @see {@link https://en.wikipedia.org/wiki/ISO_8601#Durations}
 */
export interface Duration {
  /** As it was written: `PT1H`, `P1W`, `P0.5D`. */
  readonly text: string;

  /** Whole months; a year is twelve. */
  readonly months: number;

  /** Milliseconds on top of the months; a day is 24 hours, a week seven days. */
  readonly milliseconds: number;
}

const DAY = 86_400_000;
/** A month's average length in the Gregorian calendar (400 years have 146,097 days). */
const AVERAGE_MONTH = (146_097 / 4_800) * DAY;

/**
 * The duration's average length in milliseconds: exact without months. For ordering and for showing, not for dates.
 */
export function averageMilliseconds(duration: Duration): number {
  return duration.months * AVERAGE_MONTH + duration.milliseconds;
}

/**
 * `date` plus `times` times the duration, both in milliseconds since 1970, in UTC. Months are counted in one go from
 * `date`, and a day that the month does not have becomes its last: 31 January + 1 × P1M = 28 (29) February,
 * 31 January + 2 × P1M = 31 March.
 *
 * @param times - a whole number; negative goes back
 */
export function addDuration(date: number, duration: Duration, times = 1): number {
  const shifted = duration.months === 0 ? date : addMonths(date, duration.months * times);
  return shifted + duration.milliseconds * times;
}

/**
 * The smallest whole number `times >= 1` for which `date` plus `times` × the duration is at or after `target`. Takes
 * O(1) steps without months and O(log) with them, however far away the target is.
 */
export function timesToReach(date: number, duration: Duration, target: number): number {
  const distance = target - date;
  if (duration.months === 0) return Math.max(1, Math.ceil(distance / duration.milliseconds));
  let tooFew = Math.max(0, Math.floor(distance / (duration.months * 31 * DAY + duration.milliseconds)) - 1);
  let enough = Math.max(1, Math.ceil(distance / (duration.months * 28 * DAY + duration.milliseconds)) + 1);
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (addDuration(date, duration, middle) >= target) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

function addMonths(date: number, months: number): number {
  const result = new Date(date);
  const total = result.getUTCFullYear() * 12 + result.getUTCMonth() + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12;
  return result.setUTCFullYear(year, month, Math.min(result.getUTCDate(), daysOf(year, month)));
}

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysOf(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 1 && isLeap ? 29 : (MONTH_LENGTHS[month] as number);
}
