import { BackendError, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import type { Rule, Tenure } from "@k8s-snapshots/scheduler";
import { homeCluster, ruleOf } from "@k8s-snapshots/scheduler/testing";
import { expect, it } from "vitest";
import { inspectionOf } from "../../test/inspections.ts";
import { ElsewhereView } from "./elsewhere-view.ts";

const here = { location: "here", id: "disk-here" };
const there = { location: "there", id: "disk-there" };
const rules: readonly Rule[] = [here, there].map((disk) => ruleOf("PT1H P1D", { id: disk.id, disk }));
const [, ruleThere] = rules as [Rule, Rule];

function world(tenureOf: (location: string) => Tenure = (location) => (location === "here" ? "owner" : "none")) {
  const { backend, storage } = createMemoryBackend();
  storage.addDisk(here);
  storage.addDisk(there);
  const lists: string[] = [];
  const trouble: { error?: BackendError } = {};
  const watched: SnapshotBackend = {
    ...backend,
    listSnapshots(request) {
      lists.push(request.location);
      if (trouble.error !== undefined) throw trouble.error;
      return backend.listSnapshots(request);
    },
  };
  const clock = { now: 0 };
  const ours = inspectionOf({ backend: backend.name, disk: here, rule: rules[0] }, {});
  const view = new ElsewhereView({
    backends: new Map([[backend.name, watched]]),
    cluster: homeCluster,
    scheduler: {
      inspect: () => ours,
      lastPlan: () => ours.plan,
      tenureOf: (_, location) => tenureOf(location),
    },
    reports: { errorOf: () => new BackendError("forbidden", "ours") },
    rules: () => rules,
    clock: () => clock.now,
  });
  return { view, lists, trouble, clock, ours };
}

it("what another replica serves is listed when somebody looks, and for a minute no more", async () => {
  const { view, lists, clock } = world();
  expect(view.lastPlan(ruleThere)).toBeUndefined();
  await Promise.all([view.refresh(), view.refresh()]);
  expect(lists).toEqual(["there"]);
  expect(view.lastPlan(ruleThere)?.readiness?.held).toBe(0);
  expect(view.inspect(ruleThere.backend, there)?.disk).toEqual(there);
  expect(view.errorOf(ruleThere)).toBeUndefined();
  clock.now = 59_000;
  await view.refresh();
  expect(lists).toEqual(["there"]);
  clock.now = 60_000;
  await view.refresh();
  expect(lists).toEqual(["there", "there"]);
});

it("what this replica serves is known without a list", async () => {
  const { view, lists, ours } = world((location) => (location === "here" ? "owner" : "lapsed"));
  await view.refresh();
  expect(lists).toEqual([]);
  for (const rule of rules) {
    expect(view.lastPlan(rule)).toBe(ours.plan);
    expect(view.inspect(rule.backend, rule.disk)).toBe(ours);
    expect(view.errorOf(rule)?.message).toBe("ours");
  }
});

it("a location that has just gone to another replica is listed at once, though the others were a moment ago", async () => {
  const tenures: Record<string, Tenure> = { here: "owner", there: "none" };
  const { view, lists } = world((location) => tenures[location] as Tenure);
  await view.refresh();
  expect(lists).toEqual(["there"]);
  tenures["here"] = "none";
  await view.refresh();
  expect(lists.sort()).toEqual(["here", "there", "there"]);
});

it("a location of another replica that cannot be listed says why", async () => {
  const { view, trouble } = world();
  trouble.error = new BackendError("forbidden", "no right to list");
  await view.refresh();
  expect(view.lastPlan(ruleThere)).toBeUndefined();
  expect(view.errorOf(ruleThere)?.message).toBe("no right to list");
});
