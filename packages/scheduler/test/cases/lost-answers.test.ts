import { BackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

const elsewhere = { location: "home", id: "disk-2" };

/** Every deletion is carried out, and no answer to one arrives. */
function loseDeletions(world: SchedulerWorld): void {
  world.fault = ({ operation }) => (operation === "deleteSnapshot" ? { loseAnswer: true } : undefined);
}

it("rule 8: a deletion of an orphan's whose answer was lost uses up its budget", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H PT2H", count: 40, newest: world.clock.now() - HOUR, policy: "expire" });
  loseDeletions(world);
  await world.start([ruleOf("P1D P7D", { disk: elsewhere })]);
  await world.advance(HOUR + 30 * MINUTE);
  expect(world.deletions().length).toBeGreaterThan(0);
  expect(world.deletions().length).toBeLessThanOrEqual(4);
});

it("rule 12: room that was made and whose answer was lost is not made again within the interval", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H PT6H", count: 7, newest: world.clock.now() - HOUR - SECOND });
  loseDeletions(world);
  const { fault } = world;
  const full = new BackendError("limit-reached", "the account is full", { scope: "account" });
  world.fault = (call) => (call.operation === "createSnapshot" ? { before: full } : fault(call));
  await world.start([ruleOf("PT1H PT6H")]);
  await world.advance(30 * MINUTE);
  expect(world.deletions().length).toBeLessThanOrEqual(1);
  expect(world.count(homeDisk)).toBeGreaterThanOrEqual(6);
});
