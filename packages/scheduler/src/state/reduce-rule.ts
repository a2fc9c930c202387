import type { DiskState, FormerSchedule } from "./disk-state.ts";
import type { RuleChanged } from "./fact.ts";
import type { Present } from "./present.ts";
import { scheduleKey } from "./schedule-key.ts";

/** More than this many schedules in force stop deletions anyway (rule 5). */
const MOST_REMEMBERED = 10;

/** The rule is another one, or gone: what was in force before is remembered for as long as the grace (rule 5). */
export function ruleChanged(state: DiskState, { rule }: RuleChanged, present: Present): DiskState {
  const { ruleAbsentSince, ruleSaidExpire, rule: before, ...rest } = state;
  const formerSchedules = rememberSchedule(state, rule?.deltas && scheduleKey(rule.deltas), present);
  if (rule !== undefined) return { ...rest, rule, formerSchedules };
  const saidExpire = before === undefined ? ruleSaidExpire : before.deletionPolicy === "expire";
  return {
    ...rest,
    formerSchedules,
    ruleAbsentSince: ruleAbsentSince ?? present.moment.monotonic,
    ...(saidExpire && { ruleSaidExpire: true }),
  };
}

function rememberSchedule(state: DiskState, next: string | undefined, present: Present): readonly FormerSchedule[] {
  const now = present.moment.monotonic;
  const { scheduleChangeGrace } = present.policy;
  const schedule = state.rule?.deltas && scheduleKey(state.rule.deltas);
  if (schedule === undefined || schedule === next) return state.formerSchedules;
  const others = state.formerSchedules.filter(
    (former) => former.schedule !== schedule && former.until > now - scheduleChangeGrace,
  );
  return [{ schedule, until: now }, ...others].slice(0, MOST_REMEMBERED);
}
