import { expect, it } from "vitest";
import { OneDisk } from "../../test/rules/one-disk.ts";
import { ownershipLapsed, rulesUnresolved } from "./location-state.ts";

const { location } = new OneDisk();

it("notes which rules have no disk that is known, and since when", () => {
  const rules = new Set(["PersistentVolumeClaim/default/data"]);
  expect(rulesUnresolved(location, rules, 5)).toEqual({
    ...location,
    unresolvedRules: rules,
    unresolvedChangedAt: 5,
  });
});

it("notes since when it is not certain that the location is ours", () => {
  expect(ownershipLapsed(location, 7)).toEqual({ ...location, lapsedAt: 7 });
});
