import { parseDeltas } from "@k8s-snapshots/retention";
import { expect, it } from "vitest";
import { parseSchedule, scheduleKey, scheduleLabel } from "./schedule-key.ts";

it("rule 5: schedules of one value have one key, which is a schedule of that value", () => {
  for (const [a, b] of [
    ["PT60M P1D", "PT1H PT24H"],
    ["P1W P1Y", "P7D P12M"],
    ["P0,5D P7D", "PT12H P1W"],
  ] as const) {
    const key = scheduleKey(parseDeltas(a));
    expect(scheduleKey(parseDeltas(b))).toBe(key);
    expect(scheduleKey(parseSchedule(key) as ReturnType<typeof parseDeltas>)).toBe(key);
  }
  expect(scheduleKey(parseDeltas("P1M P1Y"))).toBe("P1M P12M");
  expect(scheduleKey(parseDeltas("PT1H P1D"))).not.toBe(scheduleKey(parseDeltas("PT1H P2D")));
});

it("a label holds the schedule as it is written where it fits, else its key, else nothing", () => {
  expect(scheduleLabel(parseDeltas("PT60M  P1D"))).toBe("PT60M P1D");
  expect(scheduleLabel(parseDeltas("P0,5D P7D"))).toBe("PT43200S PT604800S");
  const many = Array.from({ length: 40 }, (_, index) => `PT${index + 1}H`).join(" ");
  expect(scheduleLabel(parseDeltas(many))).toBeUndefined();
});

it("what is no schedule has none", () => {
  expect(parseSchedule("daily")).toBeUndefined();
});

it("a text that is no schedule has none", () => {
  expect(parseSchedule("every hour")).toBeUndefined();
});
