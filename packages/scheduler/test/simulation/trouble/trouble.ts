import { Draw } from "../draw.ts";
import { type Switch, switches } from "../switches.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import { handTroubles } from "./hands.ts";
import type { Trouble } from "./moments.ts";
import { processTroubles } from "./processes.ts";
import { ruleTroubles } from "./rules.ts";
import { storageTroubles } from "./storage.ts";

/** What some switches do to a world; the others are faults of single calls, or how the world is set up. */
const troubles: Partial<Record<Switch, Trouble>> = {
  ...handTroubles,
  ...ruleTroubles,
  ...processTroubles,
  ...storageTroubles,
};

/** Sets up all that will happen to the world. */
export function scheduleTroubles(world: SwarmWorld): void {
  for (const name of switches) {
    if (world.plan.on.has(name)) troubles[name]?.(world, new Draw(world.plan.seed, `trouble ${name}`));
  }
}
