import { type Deltas, mistypedInterval, parseDeltas } from "@k8s-snapshots/retention";
import { LONGEST_TEXT } from "./longest-text.ts";

/** The deltas of a text, or what is wrong with it in one line. */
export type DeltasReading = { readonly deltas: Deltas } | { readonly problem: string };

const MOST_REMEMBERED = 1_000;

/** Reads deltas, each text once: thousands of claims share a handful of schedules. */
export function createDeltasReader(): (text: string) => DeltasReading {
  const remembered = new Map<string, DeltasReading>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const reading = read(text);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(text, reading);
    return reading;
  };
}

function read(text: string): DeltasReading {
  if (text.length > LONGEST_TEXT)
    return { problem: `it has more than ${LONGEST_TEXT} characters: write fewer durations` };
  try {
    const deltas = parseDeltas(text);
    // What was meant to be kept for a month would be gone in a day: refused, as a text that cannot be read is.
    const problem = mistypedInterval(text);
    return problem === undefined ? { deltas } : { problem };
  } catch (error) {
    // Whatever is thrown, it is the trouble of those who wrote this text, and of nobody else.
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
