import { type Deltas, mistypedInterval } from "@k8s-snapshots/retention";
import { scheduleLabel } from "@k8s-snapshots/scheduler";

/** Why the daemon refuses a rule with these deltas, though they can be read; `undefined`: it takes them. */
export function refusalOf(written: string, deltas: Deltas): string | undefined {
  const problem = mistypedInterval(written) ?? (scheduleLabel(deltas) === undefined ? TOO_LONG : undefined);
  return problem === undefined ? undefined : `${UNTIL_CORRECTED}: ${problem}`;
}

const TOO_LONG = "they are too long for a label of a snapshot: write fewer durations";
const UNTIL_CORRECTED = "and neither takes nor deletes anything until they are corrected";
