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

// After a restart the one went that said how many there were, and after the next one nobody knew it.
it("4b: of another schedule's no more than b go in the window, whatever restarts (many schedules)", () => {
  const before = ["list", "outage", "create ready", "list", "delete", "outage", "outage", "delete", "create ready"];
  expect(faultsOf("many schedules", [...before, "restart", "list", "restart", "list"])).toEqual([]);
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

// One that took hours to get ready was known to be ready when a list showed it, and not before.
it.each(["edits", "no dates"])("4a: what is held falls by no more than b in an hour (%s)", (setup) => {
  const life = ["pass", "list", "create pending", "get ready", "outage", "create ready", "outage", "delete", "list"];
  expect(faultsOf(setup, life)).toEqual([]);
});

// The first two lists lacked three, so that nobody knew how many stood.
it("4a: what is held falls by no more than b in an hour (orphan)", () => {
  const life = ["outage", "list lacks the middle", "create ready", "outage", "list lacks the middle", "delete"];
  expect(faultsOf("orphan", [...life, "list", "list"])).toEqual([]);
});

// Another process's was three hours old when a list first showed it.
it.each([
  ["runaway", ["another process takes one", "list", "outage", "another process takes one"]],
  ["two daemons", ["outage", "another process takes one", "list", "another process takes one", "outage"]],
])("4a: what is held falls by no more than b in an hour (%s)", (setup, before) => {
  expect(faultsOf(setup, [...before, "create ready", "outage", "delete", "list"])).toEqual([]);
});

// Before the restart one went while a person had lifted the budget.
it("4b: of another schedule's no more than b go in the window (seed)", () => {
  const life = ["pass", "list", "create pending", "outage", "lift", "delete", "create ready", "remove rule"];
  expect(faultsOf("seed", [...life, "restart", "list", "bring rule back"])).toEqual([]);
});

// The answer was lost before a list showed the other daemon's: it is settled all the same.
it("6: of two daemons the one that comes later in the alphabet waits for the other (two daemons)", () => {
  const before = ["list", "pass", "another process takes one", "pass", "another process takes one"];
  expect(faultsOf("two daemons", [...before, "list begins", "create is lost", "list ends", "pass"])).toEqual([]);
});

// The newest said `expire`, and an older one that the list lacked did not.
it("8: an orphan's stay for an hour, and where nobody said otherwise (orphan)", () => {
  const life = ["pass", "list lacks the middle", "create ready", "outage", "policy expire", "create ready"];
  expect(faultsOf("orphan", [...life, "remove rule", "outage", "list lacks the middle"])).toEqual([]);
});

// The answer took three hours: the snapshot looks like a copy, and this process knows that it made it.
it("13: ready only while the newest is young enough, and its answer took hours (faults)", () => {
  const life = ["list", "create ready", "outage", "create is sent", "delete newest by hand", "list", "outage"];
  expect(faultsOf("faults", [...life, "answer comes", "list"])).toEqual([]);
});

// The newest was first seen in the making, and an hour later ready.
it("what is due is taken, or it is said why not (no dates)", () => {
  const life = ["pass", "list", "create pending", "restart", "list", "pass", "pass", "get ready", "list"];
  expect(faultsOf("no dates", [...life, "clock behind"])).toEqual([]);
});

// What was asked for hours ago came to be known by the answer to the second request: as by a list, it came then.
it("4a: what is held falls by no more than b in an hour (two daemons)", () => {
  const taken = ["another process takes one", "another process takes one", "outage", "another process takes one"];
  const life = ["list", "outage", "create is lost", "outage", "delete", "create ready"];
  expect(faultsOf("two daemons", [...taken, ...life])).toEqual([]);
  expect(faultsOf("lapses", ["outage", "another process takes one", ...life])).toEqual([]);
});

// An orphan's failed one was to go before any list had shown it.
it("2: only what a whole list showed, made before it began (lapses)", () => {
  const life = ["pass", "list", "create fails", "pass", "policy expire", "create ready", "remove rule", "outage"];
  expect(faultsOf("lapses", life)).toEqual([]);
});

// One that no list had shown, and that somebody had deleted, said that they expire.
it("8: an orphan's stay for an hour, and where nobody said otherwise (lapses)", () => {
  const life = ["pass", "list", "policy expire", "create ready", "remove rule", "outage"];
  expect(faultsOf("lapses", life)).toEqual([]);
  expect(faultsOf("lapses", [...life, "delete newest by hand"])).toEqual([]);
});

// The one that carried the policy was deleted by hand, and nothing said that the others stay.
it("8: a policy that no snapshot carries is not lost without a word (lapses)", () => {
  const life = ["pass", "list", "another process takes one", "policy expire", "create ready", "list"];
  expect(faultsOf("lapses", [...life, "delete newest by hand", "remove rule", "list"])).toEqual([]);
});
