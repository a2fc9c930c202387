import type { RuleCondition } from "@k8s-snapshots/k8s-source";
import { type AccountNeed, type Amount, describeNeed, exceededOf, remedyOf } from "../account-limits/account-need.ts";

const reasonOf = {
  snapshots: "TooManySnapshots",
  perSecond: "TooManyCreations",
} as const satisfies Record<keyof Amount, string>;

/**
 * `LimitExceeded` is true while the rules of the location together need more than its account allows. Numbers are rounded:
 * each new message is a write for each rule.
 *
 * @param need - `undefined`: not known yet
 */
export function limitExceededCondition(need: AccountNeed | undefined): RuleCondition {
  const type = "LimitExceeded";
  if (need === undefined || Object.keys(need.allowed).length === 0) {
    return { type, status: "Unknown", reason: "LimitsUnknown", message: "what the account allows is not known" };
  }
  const [first] = exceededOf(need);
  if (first === undefined) {
    const message = "the account allows what the rules of this location need";
    return { type, status: "False", reason: "WithinLimits", message };
  }
  const { needed, allowed } = need;
  const rounded: AccountNeed = {
    needed: { snapshots: twoDigits(needed.snapshots), perSecond: twoDigits(needed.perSecond) },
    allowed: { ...allowed, ...(allowed.perSecond !== undefined && { perSecond: twoDigits(allowed.perSecond) }) },
  };
  return { type, status: "True", reason: reasonOf[first], message: `${describeNeed(rounded)}: ${remedyOf(need)}` };
}

function twoDigits(value: number): number {
  return Number(value.toPrecision(2));
}
