import { expect, it } from "vitest";
import { defaultPolicy } from "../policy.ts";
import { snapshotName } from "./snapshot-name.ts";

const date = new Date("2026-03-09T04:05:06Z");
const name = (rule: string): string => snapshotName(rule, date, defaultPolicy.formatTime);

it("is the rule's name and the time in UTC, as the Python daemon wrote it", () => {
  expect(name("pvc-data")).toBe("pvc-data-090326-040506");
});

it("cuts the rule's name, so that the whole has 63 characters", () => {
  expect(name("x".repeat(80))).toBe(`${"x".repeat(49)}-090326-040506`);
});

it.each([
  ["Team_A/pvc.data", "team-a-pvc-data-090326-040506"],
  ["--data", "data-090326-040506"],
  ["", "090326-040506"],
  ["---", "090326-040506"],
  ["-_-data-", "data--090326-040506"],
  ["münchen", "m-nchen-090326-040506"],
])("makes %j a name that clouds accept", (rule, expected) => {
  expect(name(rule)).toBe(expected);
});

it("cleans and cuts a time format of the operator's own", () => {
  expect(snapshotName("data", date, () => "2026/03/09 04:05")).toBe("data-2026-03-09-04-05");
  expect(snapshotName("data", date, () => "9".repeat(90))).toHaveLength(63);
  expect(snapshotName("", date, () => "--at 9")).toBe("at-9");
});
