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
    const [location] = await plan([ruleFor(a), ruleFor(b)]);
    const planned = new Map(location?.disks.map(({ disk, plan }) => [disk.id, plan]));
    expect(planned.get("a")?.creation).toBeUndefined();
    expect(planned.get("b")?.creation?.reason).toBe("first");

    const { scheduler } = await world.start([ruleFor(a), ruleFor(b)]);
    await world.advance(1_000);
    const started = new Map([...scheduler.plan()].map(({ context, plan }) => [context.disk.id, plan]));
    const ids = (snapshots: readonly { readonly snapshot: { readonly id: string } }[] = []) =>
      snapshots.map(({ snapshot }) => snapshot.id);
    expect(ids(planned.get("a")?.kept)).toEqual(ids(started.get("a")?.kept));
    expect(ids(planned.get("a")?.deletions)).toEqual(ids(started.get("a")?.deletions));
    expect(world.deletions()).toEqual(ids(planned.get("a")?.deletions));
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
