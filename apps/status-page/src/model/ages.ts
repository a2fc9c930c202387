const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30.44 * DAY;
const YEAR = 365.25 * DAY;

/** `57 min`, `1 h 57 min`, `31 h`, `5 d`, `3 mo`, `1.2 y`: as exact as people want it. */
export function ageInWords(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  if (age < 90 * SECOND) return `${Math.round(age / SECOND)} s`;
  if (age < 90 * MINUTE) return `${Math.round(age / MINUTE)} min`;
  if (age < 6 * HOUR) {
    const minutes = Math.round((age % HOUR) / MINUTE);
    const hours = Math.floor(age / HOUR);
    if (minutes === 60) return `${hours + 1} h`;
    return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  }
  if (age < 48 * HOUR) return `${Math.round(age / HOUR)} h`;
  if (age < 60 * DAY) return `${Math.round(age / DAY)} d`;
  if (age < YEAR) return `${Math.round(age / MONTH)} mo`;
  return `${(age / YEAR).toFixed(1)} y`;
}

/** `57 min`, `31 h`, `5 d`: one unit, for a narrow column. */
export function shortAge(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  if (age < 90 * SECOND) return `${Math.round(age / SECOND)} s`;
  if (age < 90 * MINUTE) return `${Math.round(age / MINUTE)} min`;
  if (age < 48 * HOUR) return `${Math.round(age / HOUR)} h`;
  return `${Math.round(age / DAY)} d`;
}

/** `1 h`, `6 h`, `1 d`, `1 w`, `30 d`: an interval, in the largest unit that is even. */
export function intervalInWords(milliseconds: number): string {
  const units = [
    [7 * DAY, "w"],
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "min"],
  ] as const;
  for (const [size, unit] of units) if (milliseconds % size === 0) return `${milliseconds / size} ${unit}`;
  return milliseconds < MINUTE ? `${milliseconds / SECOND} s` : shortAge(milliseconds);
}

const format = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "2-digit",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});
const withSeconds = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZone: "UTC",
});

/** `Fri 27 Nov 13:18`, in UTC; of the last ten minutes with seconds; long ago with the year. */
export function dateInWords(time: number, now: number): string {
  const age = Math.abs(now - time);
  if (age < 10 * MINUTE) return withSeconds.format(time);
  const date = format.format(time).replaceAll(",", "");
  return age > 300 * DAY ? `${date} ${new Date(time).getUTCFullYear()}` : date;
}
