import { type SeedResult, simulateSeed } from "./simulate-seed.ts";
import type { Switch } from "./switches.ts";

/** The fewest switches with which the seed still breaks one of the rules that it broke: one after the other is left out. */
export async function shrink(failing: SeedResult): Promise<SeedResult> {
  const broken = new Set(failing.violations.map(({ invariant }) => invariant));
  let smallest = failing;
  for (const name of failing.on) {
    const fewer = new Set<Switch>([...smallest.on].filter((other) => other !== name));
    const result = await simulateSeed(failing.seed, fewer);
    if (result.violations.some(({ invariant }) => broken.has(invariant))) smallest = result;
  }
  return smallest;
}

/** What to type to see it again. */
export function commandOf({ seed, on }: SeedResult): string {
  return `pnpm simulate --seeds 1 --from ${seed} --only ${[...on].join(",") || "none"}`;
}
