import type { DiskState, FormerSchedule } from "./disk-state.ts";
import { snapshotsOf } from "./disk-snapshots.ts";
import type { RuleChanged } from "./fact.ts";
import type { Present } from "./present.ts";

/** More than this many schedules in force stop deletions anyway (rule 5). */
const MOST_REMEMBERED = 10;

/** The rule is another one, or gone: what was in force before is remembered for as long as the grace (rule 5). */
export function ruleChanged(state: DiskState, { rule }: RuleChanged, present: Present): DiskState {
  const { ruleAbsentSince, policyLost, rule: before, ...rest } = state;
  const formerSchedules = rememberSchedule(state, rule?.deltas?.text, present);
  if (rule !== undefined) return { ...rest, rule, formerSchedules };
  const isLost = before?.deletionPolicy === "expire" ? isPolicyLost(state, present) : policyLost;
  return {
    ...rest,
    formerSchedules,
    ruleAbsentSince: ruleAbsentSince ?? present.moment.monotonic,
    ...(isLost && { policyLost: isLost }),
  };
}

function rememberSchedule(state: DiskState, next: string | undefined, present: Present): readonly FormerSchedule[] {
  const now = present.moment.monotonic;
  const { scheduleChangeGrace } = present.policy;
  const text = state.rule?.deltas?.text;
  if (text === undefined || text === next) return state.formerSchedules;
  const others = state.formerSchedules.filter(
    (former) => former.text !== text && former.until > now - scheduleChangeGrace,
  );
  return [{ text, until: now }, ...others].slice(0, MOST_REMEMBERED);
}

function isPolicyLost(state: DiskState, present: Present): true | undefined {
  const newest = snapshotsOf(state, present).ready.at(-1);
  return newest !== undefined && newest.marks.policy !== "expire" ? true : undefined;
}
