import { averageMilliseconds, type Duration } from "./duration.ts";
import { parseDuration } from "./parse-duration.ts";

const MOST_TIMES_AS_OFTEN = 10;
const LONGEST_QUOTE = 80;

/**
 * Says whether a text of deltas that is not in ascending order was most likely mistyped: sorting it makes the interval
 * more than ten times shorter than the duration that is written first. `P1D PT1M`, meant as `P1D P1M`, takes a snapshot
 * each minute and keeps none for longer than a day. `P7D P1D`, seven times, is taken as it is.
 *
 * @param text - what {@link parseDeltas} accepts. That it refuses a text is not said here.
 * @returns one sentence for people; `undefined` where nothing is wrong
 */
export function mistypedInterval(text: string): string | undefined {
  const written: Duration[] = [];
  for (const [word] of text.matchAll(/\S+/g)) {
    const duration = parseDuration(word);
    if ("problem" in duration) return undefined;
    written.push(duration);
  }
  const [first] = written;
  if (first === undefined) return undefined;
  const shortest = written.reduce((a, b) => (averageMilliseconds(b) < averageMilliseconds(a) ? b : a));
  const times = averageMilliseconds(first) / averageMilliseconds(shortest);
  if (times <= MOST_TIMES_AS_OFTEN) return undefined;
  const quoted = shorten(written.map((duration) => duration.text).join(" "));
  return `${quoted} is read as one snapshot each ${shortest.text}, ${Math.round(times)} times as often as the ${first.text} written first: write the interval first${orMonths(shortest)}`;
}

const MOST_MONTHS = 12;

/** A few minutes may have been meant as months. */
function orMonths({ text }: Duration): string {
  const count = /^PT(\d+)M$/.exec(text)?.[1];
  if (count === undefined || Number(count) > MOST_MONTHS) return "";
  return `, or P${count}M for ${count === "1" ? "a month" : `${count} months`}`;
}

function shorten(text: string): string {
  return text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`;
}
