import { DeltasError, type DeltasRemark } from "./deltas-error.ts";
import { averageMilliseconds, type Duration } from "./duration.ts";
import { parseDuration } from "./parse-duration.ts";
import { printable } from "./printable.ts";

/**
 * A schedule: durations in ascending order. The first is the interval at which snapshots are taken; each pair of
 * neighbours is a generation.
 */
export interface Deltas {
  /** The durations as written, in ascending order, with one space between: two schedules are the same if it is. */
  readonly text: string;

  /** At least two, in ascending order. */
  readonly durations: readonly Duration[];

  /** How often a snapshot is taken: the shortest duration. */
  readonly interval: Duration;

  /** From the finest to the coarsest. */
  readonly generations: readonly Generation[];

  /** What is understood, but may not be what was meant. */
  readonly warnings: readonly DeltasRemark[];
}

/** Snapshots up to the age `parent` are thinned to one each `delta`. */
export interface Generation {
  /** Position in {@link Deltas.generations}; 0 is the finest. */
  readonly index: number;

  readonly delta: Duration;

  readonly parent: Duration;
}

const LONGEST_TEXT = 1_000;
const LONGEST_MESSAGE = 300;

/** One duration of a week or more says how long to keep, rather than how often. */
const WEEK = 604_800_000;

/**
 * Reads deltas: ISO 8601 durations with white space between, at least two. The order does not matter; one that is not
 * ascending is sorted, with a warning.
 *
 * @example
 * ```ts
 * parseDeltas("PT1H P1D P7D").generations.length; // 2: hourly for a day, daily for a week
 * ```
 *
 * @throws {DeltasError} if the text is empty, has a duration that is malformed, zero, negative or longer than 1,000 years,
 *   has fewer than two, or is longer than 1,000 characters. Nothing is left out silently: one bad duration makes the
 *   whole text bad.
 */
export function parseDeltas(text: string): Deltas {
  if (text.length > LONGEST_TEXT) {
    throw new DeltasError([
      {
        message: `${text.length} characters are too many: at most ${LONGEST_TEXT}`,
        start: LONGEST_TEXT,
        end: text.length,
      },
    ]);
  }
  const written: { duration: Duration; start: number; end: number }[] = [];
  const problems: DeltasRemark[] = [];
  for (const word of text.matchAll(/\S+/g)) {
    const span = { start: word.index, end: word.index + word[0].length };
    const duration = parseDuration(word[0]);
    if ("problem" in duration) problems.push({ message: printable(duration.problem, LONGEST_MESSAGE), ...span });
    else written.push({ duration, ...span });
  }
  if (problems.length === 0 && written.length < 2) {
    problems.push({ message: tooFew(written[0]?.duration), start: 0, end: text.length });
  }
  if (problems.length > 0) throw new DeltasError(problems);

  const sorted = written.toSorted((a, b) => averageMilliseconds(a.duration) - averageMilliseconds(b.duration));
  const durations = sorted.map(({ duration }) => duration);
  const canonical = durations.map((duration) => duration.text).join(" ");
  const firstMoved = written.find((word, position) => word !== sorted[position]);
  const warnings =
    firstMoved === undefined
      ? []
      : [{ message: `not in ascending order, read as ${canonical}`, start: firstMoved.start, end: firstMoved.end }];
  return Object.freeze({
    text: canonical,
    durations,
    interval: durations[0] as Duration,
    generations: durations.slice(1).map((parent, index) => ({ index, delta: durations[index] as Duration, parent })),
    warnings,
  });
}

function tooFew(only: Duration | undefined): string {
  if (only === undefined) return "no durations: write the interval and how long to keep, such as PT1H P1D";
  const isLong = averageMilliseconds(only) >= WEEK;
  const both = isLong ? `P1D ${only.text}` : `${only.text} P30D`;
  return `${only.text} alone is not enough: write the interval and how long to keep, such as ${both}`;
}
