import type { DeletionContext } from "./deletion-context.ts";
import type { DeletionInvariant } from "./deletions.ts";
import { idsKept, keptBy, sameSchedule, schedulesInGrace } from "./in-force.ts";

/** What holds for what goes because no schedule keeps it. */
export const expiryInvariants: Readonly<Record<string, DeletionInvariant>> = {
  "rule 2: what the rule's schedule keeps stays": (context) => {
    const { rule, deletion } = context;
    if (deletion.reason !== "expired" || rule?.deltas === undefined || isLost(context)) return undefined;
    const { deltas } = rule;
    return isKeptOf(context, (rows) => idsKept(deltas, rows).includes(deletion.id))
      ? `${rule.deltas.text} keeps it`
      : undefined;
  },

  "rule 5: what a schedule before the rule's keeps stays within the grace": (context) => {
    const { deletion, witnessed } = context;
    if (deletion.reason !== "expired" || isLost(context)) return undefined;
    const inGrace = schedulesInGrace(context);
    for (const schedule of inGrace) {
      if (schedule === undefined) {
        if (witnessed.schedule === undefined) return "it carries no schedule, and none is in force";
      } else if (isKeptOf(context, (rows) => keptBy(schedule, rows).has(deletion.id))) return `${schedule} keeps it`;
    }
    const different = new Set(inGrace.map((text) => text ?? ""));
    return different.size > 8 ? `${different.size} schedules are in force` : undefined;
  },
};

/** It does not exist any more: nothing can be lost. */
function isLost({ snapshot }: DeletionContext): boolean {
  return snapshot === undefined;
}

/** Without dates a process may know when its list began, or not: what is newer counts or does not, and each is right. */
function isKeptOf(
  { confirmed, datedBefore }: DeletionContext,
  isKept: (rows: DeletionContext["confirmed"]) => boolean,
): boolean {
  return isKept(unique(confirmed)) && isKept(unique(datedBefore));
}

/** Of several of one millisecond the first stands for all. */
function unique(rows: DeletionContext["confirmed"]): DeletionContext["confirmed"] {
  return rows.filter(({ createdAt }, index) => createdAt.getTime() !== rows[index - 1]?.createdAt.getTime());
}

/** Whether the deletion is of a snapshot that another schedule than the rule's made. */
export function isOfAnother({ rule, witnessed }: Pick<DeletionContext, "rule" | "witnessed">): boolean {
  return !sameSchedule(witnessed.schedule, rule?.deltas?.text);
}
