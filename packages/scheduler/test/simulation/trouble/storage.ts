import type { Switch } from "../switches.ts";
import { after, atMoments, lasting, type Trouble } from "./moments.ts";

/** The storage system as a whole. */
export const storageTroubles: Partial<Record<Switch, Trouble>> = {
  "flapping-lists": (world, draw) => atMoments(world, draw, 15, () => world.faults.flap()),

  "storage-outage": (world, draw) =>
    atMoments(world, draw, 2, () => {
      world.faults.isAway = true;
      after(world, world.passed + lasting(world, draw, 0.2, 8), () => {
        world.faults.isAway = false;
      });
    }),
};
