import { expect, it } from "vitest";
import { faultsOf } from "./live.ts";

/** Lives that the exploration found something wrong in, each with what it was. */

// A failed one was to go before any list had shown it.
it("2: only what a whole list showed, made before it began (faults)", () => {
  expect(faultsOf("faults", ["list", "create fails", "pass", "create ready"])).toEqual([]);
});

// A request that was sent again hours after its answer was lost carried the moment of the first: its snapshot looked like a copy.
it("13: ready only while the newest is young enough (faults)", () => {
  const life = ["list", "create is lost", "outage", "delete newest by hand", "create ready", "list"];
  expect(faultsOf("faults", life)).toEqual([]);
});

// While the wall clock was ahead one from the future counted as the newest, and for ever after nothing was due.
it("liveness (no dates)", () => {
  const life = ["pass", "outage", "outage", "clock ahead", "one from the future appears", "list"];
  expect(faultsOf("no dates", life)).toEqual([]);
});

// Then it was due at once, since the date was measured from it.
it("10: none is begun within an interval of the newest known (no dates)", () => {
  expect(faultsOf("no dates", ["clock ahead", "one from the future appears", "list", "clock right"])).toEqual([]);
});

// And a pending one was given up at once.
it("1: none is begun beside one that is pending and not stuck (no dates)", () => {
  const life = [
    "list",
    "clock ahead",
    "create pending",
    "restart",
    "one from the future appears",
    "list",
    "clock right",
  ];
  expect(faultsOf("no dates", life)).toEqual([]);
});

// After a restart the share of a window began anew, where its first snapshot was made after deletions.
it("4b: of another schedule's no more than b go in the window (many schedules)", () => {
  const life = ["list", "outage", "create ready", "list", "outage", "delete", "create ready", "restart", "list"];
  expect(faultsOf("many schedules", life)).toEqual([]);
});

// After a restart the one went that said how many there were, and nobody remembered it.
it("4b: of another schedule's no more than b go in the window once what told it has gone (many schedules)", () => {
  const before = ["list", "outage", "create ready", "list", "delete", "outage", "outage", "delete", "create ready"];
  expect(faultsOf("many schedules", [...before, "restart", "list", "delete"])).toEqual([]);
});

// A list that lacked what had been refused made it be asked for again at once.
it("7: what was refused is not asked for again within an hour (faults)", () => {
  const life = ["list", "create ready", "outage", "create fails", "pass", "list", "create ready", "delete is refused"];
  expect(faultsOf("faults", [...life, "list lacks most", "list"])).toEqual([]);
});

it("7: what was refused is not asked for again within an hour (orphan)", () => {
  const life = ["pass", "list", "create ready", "hold oldest", "list", "delete is refused"];
  expect(faultsOf("orphan", [...life, "list lacks the middle", "list"])).toEqual([]);
});

// A rule that said `expire` went while a snapshot of before was in the making: the plan said that its policy was to retain.
it("8: a policy that no snapshot carries is not lost without a word (orphan)", () => {
  const life = ["pass", "list", "create pending", "get ready", "policy expire", "remove rule"];
  expect(faultsOf("orphan", life)).toEqual([]);
});
