import { expect, test } from "vitest";
import { simulate } from "../packages/scheduler/test/simulation/simulate.ts";

const seed = Number(process.env["SIMULATION_SEED"] ?? 1);

test("1,000 disks for 90 days with a faulty cloud: no safety rule is broken", { timeout: 900_000 }, async () => {
  const start = performance.now();
  const { created, deleted, lists, unsettled } = await simulate({
    seed,
    disks: 1_000,
    days: 90,
    locations: 40,
    crashes: 12,
    ruleChanges: 300,
  });
  const seconds = Math.round((performance.now() - start) / 1_000);
  process.stdout.write(
    `seed ${seed}: ${created} snapshots made, ${deleted} deleted, ${(lists / created).toFixed(2)} list requests a snapshot, ${seconds} s\n`,
  );
  expect(unsettled).toEqual([]);
});
