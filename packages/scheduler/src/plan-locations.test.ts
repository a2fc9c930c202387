import { BackendError, type Disk } from "@k8s-snapshots/backend-api";
import { beforeEach, describe, expect, test } from "vitest";
import { HOUR, ruleOf } from "../test/support/disk-view.ts";
import { SchedulerWorld } from "../test/support/scheduler-world.ts";
import { type LocationPlan, planLocations } from "./plan-locations.ts";
import type { Rule } from "./rule.ts";

const a: Disk = { location: "eu", id: "a" };
const b: Disk = { location: "eu", id: "b" };
const c: Disk = { location: "us", id: "c" };
const ruleFor = (disk: Disk): Rule => ruleOf("PT1H P1D", { disk, id: `PersistentVolume/${disk.id}` });

describe("planning without a scheduler", () => {
  let world: SchedulerWorld;

  beforeEach(() => {
    world = new SchedulerWorld();
  });

  async function plan(rules: readonly Rule[]): Promise<readonly LocationPlan[]> {
    for (const { disk } of rules) world.storage.addDisk(disk);
    const backends = new Map([[world.backend.name, world.backend]]);
    const planned = planLocations({ backends, rules, unresolved: new Set(), clock: world.clock });
    await world.advance(1_000);
    return planned;
  }

  test("lists each location once, and writes nothing", async () => {
    const locations = await plan([ruleFor(a), ruleFor(b), ruleFor(c)]);
    expect(world.calls.map(({ operation }) => operation)).toEqual(["listSnapshots", "listSnapshots"]);
    expect(locations.map(({ location, disks }) => [location, disks.length])).toEqual([
      ["eu", 2],
      ["us", 1],
    ]);
  });

  test("says what a scheduler that starts now would do first", async () => {
    world.addHourly(a, 40, HOUR / 2);
    world.addHourly(c, 40, HOUR / 2);
    const rules = [{ ...ruleFor(a), ignoreDeletionBudget: true }, ruleFor(b), ruleFor(c)];
    const [eu, us] = await plan(rules);
    const planned = new Map(
      [eu, us].flatMap((location) => location?.disks ?? []).map((one) => [one.disk.id, one.plan]),
    );
    expect([...planned.values()].map(({ creation }) => creation?.reason)).toEqual([undefined, "first", undefined]);

    const { scheduler } = await world.start(rules);
    await world.advance(1_000);
    const started = new Map([...scheduler.plan()].map(({ context, plan }) => [context.disk.id, plan]));
    const deleted = planned.get("a")?.deletions.map(({ snapshot }) => snapshot.id) ?? [];
    expect(deleted.length).toBeGreaterThan(10);
    expect(world.deletions()).toEqual(deleted);
    expect(world.creations().map(({ request }) => request.disk)).toEqual([b]);
    expect(planned.get("c")?.holds).toMatchObject([{ what: "deletion", reason: "DeletionBudget" }]);
    expect(planned.get("c")).toEqual(started.get("c"));
  });

  test("a disk that cannot be planned is held, and the others are planned", async () => {
    const odd = { ...ruleFor(a), name: undefined as unknown as string };
    const [location] = await plan([odd, ruleFor(b)]);
    expect(location?.disks).toMatchObject([
      { disk: a, plan: { creation: undefined, holds: [{ reason: "PlanFailed" }] } },
      { disk: b, plan: { creation: { reason: "first" }, holds: [] } },
    ]);
  });

  test("a disk whose rule is gone is shown with what becomes of its snapshots", async () => {
    world.addHourly(b, 2, HOUR);
    const [location] = await plan([ruleFor(a)]);
    const orphan = location?.disks.find(({ disk }) => disk.id === "b");
    expect(orphan?.rule).toBeUndefined();
    expect(orphan?.plan.holds).toMatchObject([{ reason: "Retained" }]);
  });

  test("a location that cannot be listed has an error and no plan, and the others go on", async () => {
    world.fault = (call) =>
      call.operation === "listSnapshots" && call.request.location === "eu"
        ? { before: new BackendError("forbidden", "not allowed") }
        : undefined;
    const locations = await plan([ruleFor(a), ruleFor(c)]);
    expect(locations).toMatchObject([
      { location: "eu", disks: [], error: { code: "forbidden" } },
      { location: "us", disks: [{ disk: c }] },
    ]);
  });
});
