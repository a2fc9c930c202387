import { Draw } from "./draw.ts";
import { checkEnd } from "./end/check-end.ts";
import { reachCalm } from "./end/reach-calm.ts";
import { checkReadiness } from "./invariants/readiness.ts";
import { type Violation, Watcher } from "./invariants/watcher.ts";
import { drawSwitches, type Switch } from "./switches.ts";
import { wallErrorOf } from "./trouble/processes.ts";
import { scheduleTroubles } from "./trouble/trouble.ts";
import { addLongHistory, addSurplus } from "./world/histories.ts";
import { SwarmWorld } from "./world/swarm-world.ts";
import { planWorld } from "./world/world-plan.ts";

/** What became of a seed. */
export interface SeedResult {
  readonly seed: number;
  readonly on: ReadonlySet<Switch>;
  readonly violations: readonly Violation[];
  readonly made: number;
  readonly deleted: number;
  readonly lists: number;
  readonly reasons: ReadonlyMap<string, number>;

  /** The most that a snapshot was late while nothing was wrong, in intervals. */
  readonly lateness: number;
}

/** Lets the world of a seed go, watches it, and compares its end with a fresh start. */
export async function simulateSeed(seed: number, on: ReadonlySet<Switch> = drawSwitches(seed)): Promise<SeedResult> {
  const plan = planWorld(seed, on);
  const watcher = new Watcher();
  const world = new SwarmWorld(plan, watcher);
  watcher.watch(world);
  const draw = new Draw(seed, "history");
  for (const planned of plan.disks) {
    if (!planned.hasHistory || planned.namespace === "greedy") continue;
    addLongHistory(world, planned, draw);
    // Far above a limit it takes an interval for each that makes room, which is longer than a seed.
    if (on.has("large-history") && !on.has("account-limit"))
      addSurplus(world, planned, new Draw(seed, `surplus ${planned.disk.id}`));
  }
  for (const cluster of new Set(plan.disks.map((planned) => planned.cluster))) {
    world.startProcess(cluster, wallErrorOf(world));
  }
  scheduleTroubles(world);
  const step = plan.shortest / 2;
  for (let passed = 0; passed < plan.troubleUntil; passed += step) {
    await world.clock.runUntil(world.start + passed + step);
    checkReadiness(world, watcher);
  }
  const calm = await reachCalm(world, watcher);
  await checkEnd(world, watcher, calm);
  for (const process of world.processes) process.kill();
  return {
    seed,
    on,
    violations: watcher.violations,
    made: world.creations.filter(({ outcome }) => outcome === "done").length,
    deleted: world.deletions.filter(({ outcome }) => outcome === "done").length,
    lists: world.processes.reduce((sum, { record }) => sum + record.lists, 0),
    reasons: world.reasons,
    lateness: calm.lateness,
  };
}
