import type { Gap, Mark, Timeline } from "../api/index.ts";
import { ageInWords, dateInWords, intervalInWords } from "./ages.ts";

/** What is said of one thing on a timeline. */
export interface Said {
  readonly title: string;
  readonly lines: readonly string[];
}

const states: Readonly<Record<Exclude<Mark["state"], "ready">, string>> = {
  pending: "It is being made: it counts for nothing until it is ready",
  stuck: "It never became ready, and the daemon has stopped waiting for it",
  failed: "It failed in the storage system",
  unknown: "It is in a state that the daemon does not know",
  deleting: "It is being deleted",
};

const slots: Readonly<Record<Mark["slot"], string>> = {
  minutes: "the finest slots",
  hours: "a slot of hours",
  days: "a slot of days",
  weeks: "a slot of weeks",
  months: "a slot of months",
};

export function markInWords({ at, state, slot, held, goes }: Mark, now: number): Said {
  const time = at * 1_000;
  const lines = [`${ageInWords(now - time)} ago`];
  if (state !== "ready") lines.push(states[state]);
  else if (!goes) lines.push(`Kept for ${slots[slot]}`);
  if (held) lines.push("Held by a label: it stays");
  else if (goes && state === "ready") lines.push("No slot wants it any more once there is the next one");
  return { title: `${dateInWords(time, now)} UTC`, lines };
}

export function gapInWords({ from, to, missing, step }: Gap, now: number): Said {
  const end = to === null ? "now" : dateInWords(to * 1_000, now);
  return {
    title: missing === 1 ? "One is missing" : `${missing} are missing`,
    lines: [
      `${dateInWords(from * 1_000, now)} to ${end}, UTC`,
      `The schedule wants one each ${intervalInWords(step * 1_000)} here`,
    ],
  };
}

export function expectedInWords(time: number, now: number): Said {
  return {
    title: "Expected later",
    lines: [`The rule is younger than ${ageInWords(now - time * 1_000)}: the slot fills as snapshots age`],
  };
}

/** `33 snapshots, 2 missing`: a timeline for those who do not see it. */
export function timelineInWords({ marks, gaps, expected }: Timeline): string {
  const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
  return `${marks.length} snapshots on a logarithmic timeline, ${missing} missing, ${expected.length} expected later`;
}
