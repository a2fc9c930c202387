import { planLocations, type Rule } from "@k8s-snapshots/scheduler";
import { addHistory, homeCluster, homeDisk, ruleOf, SchedulerWorld } from "@k8s-snapshots/scheduler/testing";
import { expect, it } from "vitest";
import { timeIn } from "../drawing/shown-time.ts";
import { clusterPlanJson, clusterPlanText } from "./cluster-plan-report.ts";
import type { ClusterPlan } from "./read-cluster-plan.ts";

const HOUR = 3_600_000;
const schedule = "PT1H PT3H";
const utc = { time: timeIn(undefined) };

it("tells apart what the deltas keep, what goes now, and what waits, and says why it waits", async () => {
  const plan = await planOf(ruleOf(schedule), undefined);
  const text = clusterPlanText(plan, utc);
  expect(text.match(/^ {2}keep {4}snap-\d+ of \S+Z: /gm)).toHaveLength(4);
  expect(text.match(/^ {2}wait {4}snap-\d+ of \S+Z: /gm)).toHaveLength(6);
  expect(text).toMatch(/^ {2}defer {3}Grace: the schedule changed: 6 snapshots go a day after the first snapshot/m);
  expect(text).not.toMatch(/^ {2}delete/m);
  expect(text).toContain("A daemon that starts now would take 0 and delete 0 on one disk.");

  const [disk] = (JSON.parse(clusterPlanJson(plan)) as { disks: Record<string, unknown[]>[] }).disks;
  expect(disk?.["wait"]).toHaveLength(6);
  expect(disk?.["wait"]?.[0]).toEqual({
    id: expect.stringMatching(/^snap-/) as string,
    createdAt: expect.stringMatching(/Z$/) as string,
    reason: expect.stringContaining(" is nearer to ") as string,
  });
  expect(disk?.["deferrals"]).toContainEqual({
    reason: "Grace",
    defers: "deletion",
    severity: "warning",
    count: 6,
    until: null,
    message: expect.stringContaining("6 snapshots go") as string,
  });
});

it("says of each snapshot that goes why it does", async () => {
  const text = clusterPlanText(await planOf(ruleOf(schedule, { confirmedDeltas: schedule }), homeCluster), utc);
  expect(text).toMatch(/^ {2}delete {2}snap-1: older than PT3H, and snap-7 is nearer to /m);
  expect(text).not.toContain("Grace");
});

it("says what the rules need beside what the account allows", async () => {
  const plan = await planOf(ruleOf(schedule), homeCluster);
  const need = { needed: { snapshots: 3_400, perSecond: 2.1 }, allowed: { snapshots: 2_702, perSecond: 5 } };
  const needs = [{ backend: "memory", location: "home", ...need }];
  expect(clusterPlanText({ ...plan, needs }, utc)).toContain(
    "memory home\n  limits  these rules need 3,400 snapshots at 2.1 a second; this account can hold 2,702 at 5 a second\n" +
      "  do      have the limit raised, or keep fewer\n\nNothing was done.",
  );
  expect(JSON.parse(clusterPlanJson({ ...plan, needs }))).toMatchObject({
    accounts: [{ ...needs[0], exceeded: ["snapshots"] }],
  });
  const unknown = [{ backend: "memory", location: "home", needed: need.needed, allowed: {} }];
  expect(clusterPlanText({ ...plan, needs: unknown }, utc)).not.toContain("these rules need");
});

/** Ten snapshots, an hour apart, of which the deltas keep four. */
async function planOf(rule: Rule, cluster: string | undefined): Promise<ClusterPlan> {
  const { backend, storage, clock } = new SchedulerWorld({ latencyMs: 0 });
  addHistory(storage, { schedule, count: 10, newest: clock.now() - HOUR / 2, cluster });
  expect(rule.disk).toEqual(homeDisk);
  const backends = new Map([[backend.name, backend]]);
  const planning = planLocations({ backends, cluster: homeCluster, rules: [rule], unresolved: new Set(), clock });
  await clock.runUntil(clock.now() + 10);
  return { now: new Date(clock.now()), cluster: homeCluster, locations: await planning, needs: [], problems: [] };
}
