import { averageMilliseconds, type Deltas, type Duration } from "@k8s-snapshots/retention";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const units = [
  [7 * DAY, "a week", "weeks"],
  [DAY, "a day", "days"],
  [HOUR, "an hour", "hours"],
  [MINUTE, "a minute", "minutes"],
  [SECOND, "a second", "seconds"],
] as const;

const often = new Map([
  ["a year", "yearly"],
  ["a month", "monthly"],
  ["a week", "weekly"],
  ["a day", "daily"],
  ["an hour", "hourly"],
]);

/** `hourly for a day, daily for a week`. */
export function scheduleInWords({ generations }: Deltas): string {
  return generations.map(({ delta, parent }) => `${howOften(delta)} for ${lengthInWords(parent)}`).join(", ");
}

/** `an hour`, `30 days`, `18 months`; what has no even unit as it was written. */
export function lengthInWords(duration: Duration): string {
  const { months, milliseconds, text } = duration;
  if (months > 0) {
    if (milliseconds > 0) return text;
    if (months % 12 === 0) return months === 12 ? "a year" : `${months / 12} years`;
    return months === 1 ? "a month" : `${months} months`;
  }
  for (const [size, one, many] of units) {
    // "30 days" says more than "4.3 weeks", and "two weeks" more than "14 days".
    if (milliseconds % size === 0) return milliseconds === size ? one : `${milliseconds / size} ${many}`;
  }
  return text;
}

/** As {@link lengthInWords}, of milliseconds; what has no even unit by its two largest: `1d4h`. */
export function spanInWords(milliseconds: number): string {
  return lengthInWords({ text: ageInWords(milliseconds), months: 0, milliseconds });
}

/** `hourly`, `every 6 hours`. */
export function howOften(duration: Duration): string {
  const length = lengthInWords(duration);
  return often.get(length) ?? `every ${length.replace(/^an? /, "")}`;
}

/** `6d23h`: the two largest units of an age in milliseconds. */
export function ageInWords(milliseconds: number): string {
  let rest = milliseconds;
  const parts: string[] = [];
  for (const [unit, size] of [
    ["d", DAY],
    ["h", HOUR],
    ["m", MINUTE],
    ["s", SECOND],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count}${unit}`);
  }
  return parts.length === 0 ? "0s" : parts.join("");
}

const KIBI = 1_024;
const sizes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `1.5 GiB`, of bytes. */
export function sizeInWords(bytes: number): string {
  let rank = 0;
  let size = bytes;
  for (; size >= KIBI && rank < sizes.length - 1; rank++) size /= KIBI;
  const digits = size >= 10 || Number.isInteger(size) ? 0 : 1;
  return `${size.toFixed(digits)} ${sizes[rank]}`;
}

/** Text in lines of at most so many characters. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A schedule's interval, in milliseconds. */
export function intervalOf({ interval }: Deltas): number {
  return averageMilliseconds(interval);
}
