import { contextOf } from "./context.ts";
import { invariants } from "./invariants.ts";
import { moves, planOf } from "./moves.ts";
import { settles } from "./settle.ts";
import { setups } from "./setups.ts";
import { newWorld, type Setup, type World } from "./world.ts";

/** What is wrong in a life, move by move; nothing if it is well. */
export function faultsOf(name: string, life: readonly string[]): string[] {
  const setup = setups.find((one) => one.name === name) as Setup;
  let world = newWorld(setup);
  const faults = new Set<string>();
  const look = (): void => {
    const context = contextOf(setup, world, planOf(setup, world));
    for (const [invariant, check] of Object.entries(invariants)) {
      const fault = check(context);
      if (fault !== undefined) faults.add(`${invariant}: ${fault}`);
    }
  };
  for (const move of life) {
    world = moves[move]?.(setup, world, planOf(setup, world)) as World;
    if (world === undefined) return [`the move ${JSON.stringify(move)} is not possible any more`];
    look();
  }
  const restless = settles(setup, world);
  return restless === undefined ? [...faults] : [...faults, `liveness: ${restless}`];
}
