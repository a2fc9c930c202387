const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * A length of time as `kubectl get` shows ages: `45s`, `2m7s`, `11m`, `3h5m`, `47h`, `6d3h`, `400d`, `3y5d`.
 *
 * @param milliseconds - negative ones, from clocks that disagree, show as `0s`, or `<invalid>` from two seconds on
 * @see {@link https://github.com/kubernetes/apimachinery/blob/master/pkg/util/duration/duration.go | HumanDuration}
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / second);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 60 * 2) return `${seconds}s`;
  const minutes = Math.trunc(milliseconds / minute);
  if (minutes < 10) return `${minutes}m${unlessZero(seconds % 60, "s")}`;
  if (minutes < 60 * 3) return `${minutes}m`;
  const hours = Math.trunc(milliseconds / hour);
  if (hours < 8) return `${hours}h${unlessZero(minutes % 60, "m")}`;
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(milliseconds / day);
  if (hours < 24 * 8) return `${days}d${unlessZero(hours % 24, "h")}`;
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.trunc(days / 365);
  return hours < 24 * 365 * 8 ? `${years}y${unlessZero(days % 365, "d")}` : `${years}y`;
}

/**
 * How long ago a timestamp was.
 *
 * @param now - epoch milliseconds
 */
export function ageOf(timestamp: unknown, now: number): string {
  const time = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(time) ? "<unknown>" : humanDuration(now - time);
}

function unlessZero(count: number, unit: string): string {
  return count === 0 ? "" : `${count}${unit}`;
}
