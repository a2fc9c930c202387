import { deletionShare } from "../state/deletion-share.ts";
import { standingOf } from "../state/disk-snapshots.ts";
import { mostStood } from "../state/high-water.ts";
import { budgetWindow, countOthers, othersCarriers, sawWhole } from "../state/reduce-history.ts";
import { scheduleKey } from "../state/schedule-key.ts";
import { HOUR } from "../state/time.ts";
import { isConfirmed } from "./in-force.ts";
import type { Planning } from "./planning.ts";

/** How many deletions rule 4 leaves; where none, why. */
export interface DeletionBudget {
  /** Of all. */
  readonly all: number;

  /** Of those made under another schedule, or none. Infinity: they do not count into {@link all} either. */
  readonly others: number;
  readonly blocked: { readonly reason: "NotCounted" | "Surplus"; readonly count: number } | undefined;
}

/** Safety rule 4: what an outage, a mistyped schedule, or snapshots that come back may cost, and how fast. */
export function deletionBudget(planning: Planning): DeletionBudget {
  const { rule, present } = planning;
  if (rule.ignoreDeletionBudget === true || present.policy.ignoreDeletionBudget) {
    return { all: Number.POSITIVE_INFINITY, others: Number.POSITIVE_INFINITY, blocked: undefined };
  }
  return { ...ofAll(planning), others: isConfirmed(rule) ? Number.POSITIVE_INFINITY : ofOthers(planning) };
}

/** Clauses (a) and (c). */
function ofAll({ state, present, snapshots, deltas }: Planning): Omit<DeletionBudget, "others"> {
  const { ready, confirmed } = snapshots;
  const share = (count: number): number => deletionShare(count, deltas, present.policy);
  const newest = confirmed.findLast(({ marks }) => marks.held !== undefined);
  if (newest === undefined) return { all: 0, blocked: { reason: "NotCounted", count: confirmed.length } };

  const counted = newest.marks.held as number;
  const newer = confirmed.length - 1 - confirmed.lastIndexOf(newest);
  const unexplained = ready.length - (counted + 1 + newer);
  if (unexplained > share(counted)) return { all: 0, blocked: { reason: "Surplus", count: unexplained } };

  const stands = standingOf(snapshots).length;
  let floor = Number.NEGATIVE_INFINITY;
  const stood = (count: number): void => {
    floor = Math.max(floor, count - share(count));
  };
  for (const { marks, createdAt } of confirmed) {
    if (marks.held !== undefined && createdAt > newest.createdAt - HOUR) stood(marks.held);
  }
  const sinceNewest = state.heldSinceNewest?.newestId === newest.id ? state.heldSinceNewest.most : stands;
  const before = mostStood(state.heldBefore, stands, present.moment.monotonic, HOUR);
  stood(Math.max(sinceNewest, before) - 1);
  return { all: Math.max(0, ready.length - floor), blocked: undefined };
}

/** Clause (b). */
function ofOthers({ state, present, snapshots, deltas, now }: Planning): number {
  const { ready, confirmed } = snapshots;
  const schedule = scheduleKey(deltas);
  const count = countOthers(ready, schedule);
  const window = budgetWindow(deltas, present);
  const stood = state.othersBefore?.schedule === schedule ? state.othersBefore.stood : [];
  let most = mostStood(stood, countOthers(standingOf(snapshots), schedule), present.moment.monotonic, window);
  const carriers = othersCarriers(confirmed, schedule);
  if (carriers.length === 0) return 0;
  // Where this process has not seen the whole window, the last one before it says how many stood when it began.
  const sawAll = sawWhole(window, present);
  const within = carriers.findIndex(({ createdAt }) => createdAt > now - window);
  const from = within < 0 ? carriers.length - 1 : sawAll ? within : Math.max(0, within - 1);
  for (const { marks } of carriers.slice(from)) most = Math.max(most, marks.others as number);
  return Math.max(0, count - (most - deletionShare(most, deltas, present.policy)));
}
