import { expect, it } from "vitest";
import { limitExceededCondition } from "./limit-condition.ts";

const type = "LimitExceeded";
const needed = { snapshots: 3_412, perSecond: 2.12 };

it("says that the rules need more than the account allows, in numbers that seldom change", () => {
  expect(limitExceededCondition({ needed, allowed: { snapshots: 2_702, perSecond: 5 } })).toEqual({
    type,
    status: "True",
    reason: "TooManySnapshots",
    message:
      "these rules need 3,400 snapshots at 2.1 a second; this account can hold 2,702 at 5 a second: have the limit raised, or keep fewer",
  });
  expect(limitExceededCondition({ needed, allowed: { perSecond: 2 } })).toMatchObject({
    status: "True",
    reason: "TooManyCreations",
  });
});

it("says that they do not, or that it is not known", () => {
  expect(limitExceededCondition({ needed, allowed: { snapshots: 5_000 } })).toMatchObject({
    type,
    status: "False",
    reason: "WithinLimits",
  });
  expect(limitExceededCondition({ needed, allowed: {} })).toMatchObject({ status: "Unknown", reason: "LimitsUnknown" });
  expect(limitExceededCondition(undefined)).toMatchObject({ status: "Unknown", reason: "LimitsUnknown" });
});
