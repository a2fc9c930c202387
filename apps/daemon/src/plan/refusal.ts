import { type Deltas, mistypedInterval } from "@k8s-snapshots/retention";
import { scheduleLabel } from "@k8s-snapshots/scheduler";

const TOO_LONG = "they are too long for a label of a snapshot: write fewer durations";

/**
 * That the daemon refuses a rule with these deltas, though they can be read, and why; `undefined`: it takes them.
 *
 * @param what - what they are, for the sentence
 */
export function refusalOf(what: string, written: string, deltas: Deltas): string | undefined {
  const problem = mistypedInterval(written) ?? (scheduleLabel(deltas) === undefined ? TOO_LONG : undefined);
  if (problem === undefined) return undefined;
  return `the daemon refuses ${what}, and neither takes nor deletes anything until they are corrected: ${problem}`;
}
