import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AssignedLocation, assignLocations } from "./assign-locations.ts";

const members = ["a", "b", "c", "d", "e"];

function locationsOf(count: number, load = 1): AssignedLocation[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `aws/${index}`,
    load,
    holder: undefined,
    candidates: members,
  }));
}

function among(some: readonly string[], locations: readonly AssignedLocation[]): AssignedLocation[] {
  return locations.map((location) => ({ ...location, candidates: some }));
}

function heldAs(assigned: ReadonlyMap<string, string>, locations: readonly AssignedLocation[]): AssignedLocation[] {
  return locations.map((location) => ({ ...location, holder: assigned.get(location.key) }));
}

function countsOf(assigned: ReadonlyMap<string, string>): number[] {
  return members.map((member) => [...assigned.values()].filter((one) => one === member).length);
}

describe("which member serves which location", () => {
  it("twenty of one size are four for each of five members", () => {
    expect(countsOf(assignLocations(members, locationsOf(20)))).toEqual([4, 4, 4, 4, 4]);
  });

  it("every member reaches the same answer, in whatever order it knows the locations", () => {
    const locations = locationsOf(20);
    expect([...assignLocations(members, locations)].sort()).toEqual(
      [...assignLocations(members, locations.toReversed())].sort(),
    );
  });

  it("each stays where it is, as long as nobody has more than its share", () => {
    const locations = locationsOf(20);
    const assigned = assignLocations(members, locations);
    expect([...assignLocations(members, heldAs(assigned, locations))].sort()).toEqual([...assigned].sort());
  });

  it("what a member held that is gone moves, and nothing else", () => {
    const locations = locationsOf(20);
    const before = assignLocations(members, locations);
    const left = members.slice(0, 4);
    const held = heldAs(before, locations).map((one) => (one.holder === "e" ? { ...one, holder: undefined } : one));
    const after = assignLocations(left, among(left, held));
    const moved = [...after].filter(([key, member]) => before.get(key) !== member).map(([key]) => before.get(key));
    expect(moved).toEqual(["e", "e", "e", "e"]);
  });

  it("one that joins gets its share, and no more moves than that takes", () => {
    const locations = locationsOf(20);
    const four = members.slice(0, 4);
    const before = assignLocations(four, among(four, locations));
    const after = assignLocations(members, heldAs(before, locations));
    expect([...after].filter(([key, member]) => before.get(key) !== member)).toHaveLength(4);
    expect(countsOf(after)).toEqual([4, 4, 4, 4, 4]);
  });

  it("one that is heavier than all the others has a member to itself", () => {
    const two = ["a", "b"];
    const locations = [...locationsOf(8), { key: "aws/heavy", load: 8, holder: undefined, candidates: two }];
    const assigned = assignLocations(two, among(two, locations));
    const alone = assigned.get("aws/heavy");
    expect([...assigned.values()].filter((member) => member === alone)).toHaveLength(1);
  });

  it("one that only some members could serve goes to one of these", () => {
    const locations = locationsOf(20).map((one, index) => ({ ...one, candidates: index < 3 ? ["b"] : members }));
    const assigned = assignLocations(members, locations);
    expect(locations.slice(0, 3).map(({ key }) => assigned.get(key))).toEqual(["b", "b", "b"]);
    expect(countsOf(assigned)).toEqual([4, 4, 4, 4, 4]);
  });

  it("whatever the loads, what was assigned stays so when it is looked at again", () => {
    const loads = fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(loads, fc.integer({ min: 1, max: 5 }), (sizes, count) => {
        const some = members.slice(0, count);
        const locations = sizes.map((load, index) => ({ key: `${index}`, load, holder: undefined, candidates: some }));
        const first = assignLocations(some, locations);
        const second = assignLocations(some, heldAs(first, locations));
        const third = assignLocations(some, heldAs(second, locations));
        expect([...third].sort()).toEqual([...second].sort());
        expect(first.size).toBe(locations.length);
      }),
    );
  });
});
