import { BackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

it("rule 12: room that is being made counts before it is answered", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, maxSnapshotsPerDisk: 10 } });
  addHistory(world.storage, { schedule: "PT1H PT3H", count: 40, newest: world.clock.now() - HOUR });
  world.fault = ({ operation }) =>
    operation === "deleteSnapshot" ? { latencyMs: world.deletions().length * 500 } : undefined;
  await world.start([ruleOf("PT1H PT3H")], { policy: { scheduleChangeGrace: 0 } });
  await world.advance(10 * MINUTE);
  const room = world.eventsOf("deletion.requested").filter(({ deletion }) => deletion.reason === "room");
  expect(room.length).toBeLessThanOrEqual(4);
});

it("rule 12: too many that are pending are waited for, and cost no history", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H PT6H", count: 7, newest: world.clock.now() - HOUR });
  const pending = new BackendError("limit-reached", "ConcurrentSnapshotLimitExceeded", { retryable: true });
  world.fault = ({ operation }) => (operation === "createSnapshot" ? { before: pending } : undefined);
  await world.start([ruleOf("PT1H PT6H")]);
  await world.advance(6 * HOUR);
  expect(world.deletions()).toEqual([]);
  expect(world.count(homeDisk)).toBe(7);
});

it("rule 14: a schedule of seconds does not make lists and tries come faster than the shortest interval allows", async () => {
  const world = new SchedulerWorld({ snapshotDuration: () => 5 * HOUR });
  await world.start([ruleOf("PT1S PT10S")]);
  await world.advance(HOUR);
  expect(world.calls.filter(({ operation }) => operation === "listSnapshots").length).toBeLessThan(300);
  const refusing = new SchedulerWorld();
  const invalid = new BackendError("invalid", "this disk cannot be read");
  refusing.fault = ({ operation }) => (operation === "createSnapshot" ? { before: invalid } : undefined);
  await refusing.start([ruleOf("PT1S PT10S")]);
  await refusing.advance(HOUR);
  expect(refusing.creations().length).toBeLessThan(65);
});

it("rule 12: no more than b go in an interval in every interval, not only in the first", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, maxSnapshotsPerDisk: 10 } });
  addHistory(world.storage, { schedule: "PT1H PT3H", count: 60, newest: world.clock.now() - HOUR });
  await world.start([ruleOf("PT1H PT3H")]);
  await world.advance(HOUR + 30 * MINUTE);
  const room = world.eventsOf("deletion.requested").filter(({ deletion }) => deletion.reason === "room");
  expect(room.length).toBeLessThanOrEqual(6 + 5);
});

it("rule 12: room that others take is made again after an interval", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H PT6H", count: 7, newest: world.clock.now() - HOUR });
  const full = new BackendError("limit-reached", "the account is full", { scope: "account" });
  world.fault = ({ operation }) =>
    operation === "createSnapshot" && world.deletions().length < 2 ? { before: full } : undefined;
  await world.start([ruleOf("PT1H PT6H")]);
  await world.advance(3 * HOUR);
  expect(world.deletions().length).toBeGreaterThanOrEqual(2);
  expect(world.eventsOf("snapshot.accepted").length).toBeGreaterThanOrEqual(1);
});
