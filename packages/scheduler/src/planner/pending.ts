import { averageMilliseconds } from "@k8s-snapshots/retention";
import { fewNames } from "../state/few-names.ts";
import { dueDate, expiryDate } from "../state/present.ts";
import { DAY, type Instant } from "../state/time.ts";
import type { Planning } from "./planning.ts";
import type { Deferral } from "./reason.ts";

/** What a disk's pending snapshots mean for the next one (rule 1). */
export interface PendingFacts {
  /** Until when one of them is waited for, by the date that creations go by; `undefined`: none is. */
  readonly waitUntil: Instant | undefined;
  readonly waitsFor: Deferral;

  /** The date of the newest that is no longer waited for: the next is due an interval after it. */
  readonly newestStuck: Instant | undefined;
  readonly deferrals: readonly Deferral[];
}

const MOST_WAITED: number = 7 * DAY;

/** However many are stuck, the next one is not waited for longer than that: a disk must not go without for years. */
const MOST_TIMES = 8;

/**
 * A pending or unknown one stops a second creation until it is stuck: past a day, three intervals or a week, whichever
 * lies between; twice that for each that is stuck already, up to eight times that.
 */
export function pendingOf({ state, present, deltas, snapshots }: Planning): PendingFacts {
  const due = dueDate(present, state);
  const now = expiryDate(present, state) ?? due;
  const base = Math.max(present.policy.stuckAfter, Math.min(3 * averageMilliseconds(deltas.interval), MOST_WAITED));
  const stuck: string[] = [];
  let newestStuck: Instant | undefined;
  let waitUntil: Instant | undefined;
  let waitsFor: Deferral = { reason: "Pending", count: 0 };
  for (const row of snapshots.pending) {
    const stuckAt = row.createdAt + base * Math.min(2 ** stuck.length, MOST_TIMES);
    if (stuckAt > now) {
      waitUntil = due + (stuckAt - now);
      waitsFor = { reason: row.state === "unknown" ? "Unknown" : "Pending", count: 1, detail: row.id };
      break;
    }
    stuck.push(row.id);
    newestStuck = row.createdAt;
  }
  const deferrals: Deferral[] =
    stuck.length === 0 ? [] : [{ reason: "Stuck", count: stuck.length, detail: fewNames(stuck).join(", ") }];
  return { waitUntil, waitsFor, newestStuck, deferrals };
}
