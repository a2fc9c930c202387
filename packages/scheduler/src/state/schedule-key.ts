import { type Deltas, type Duration, isDeltasError, parseDeltas } from "@k8s-snapshots/retention";

const MOST_PARSED = 10_000;
const parsed = new Map<string, Deltas | undefined>();
const keys = new WeakMap<Deltas, string>();

/** The schedule that a text holds; `undefined` if it holds none. Remembers what it has read. */
export function parseSchedule(text: string): Deltas | undefined {
  // Stryker disable all: what is remembered changes no answer
  if (parsed.has(text)) return parsed.get(text);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  const deltas = parseOrUndefined(text);
  parsed.set(text, deltas);
  // Stryker restore all
  return deltas;
}

/**
 * Stands for a schedule by its value: `PT60M P1D` and `PT1H PT24H` have one key. It is a schedule itself, spelled in one
 * way, so that a state that holds keys can be written down and read again.
 */
export function scheduleKey(deltas: Deltas): string {
  let key = keys.get(deltas);
  // Stryker disable next-line all: what is remembered changes no answer
  if (key === undefined) {
    key = deltas.durations.map(spell).join(" ");
    // Stryker disable next-line all: what is remembered changes no answer
    keys.set(deltas, key);
  }
  return key;
}

/** What the contract lets a label's value be. */
const LABEL_VALUE = /^[A-Za-z0-9 ._:/=+@-]{1,128}$/;

/** The schedule as a label: as it is written, or by its key; `undefined` if neither fits into one. */
export function scheduleLabel(deltas: Deltas): string | undefined {
  return [deltas.text, scheduleKey(deltas)].find((text) => LABEL_VALUE.test(text));
}

function spell({ months, milliseconds }: Duration): string {
  const date = months === 0 ? "" : `${months}M`;
  const time = milliseconds === 0 ? "" : `T${milliseconds / 1_000}S`;
  return `P${date}${time}`;
}

function parseOrUndefined(text: string): Deltas | undefined {
  try {
    return parseDeltas(text);
  } catch (error) {
    if (isDeltasError(error)) return undefined;
    throw error;
  }
}
