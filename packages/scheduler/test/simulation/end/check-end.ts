import type { Watcher } from "../invariants/watcher.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import type { Calm } from "./reach-calm.ts";

/** Acto's oracle: the running processes reach what a fresh start on the last rules would reach. */
export async function checkEnd(_world: SwarmWorld, _watcher: Watcher, _calm: Calm): Promise<void> {}
