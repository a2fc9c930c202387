import type { Plan } from "../../src/planner/disk-plan.ts";
import type { Coverage } from "./coverage.ts";
import { planOf } from "./moves.ts";
import { SeenStates } from "./seen-states.ts";
import { type Walked, Walker } from "./walker.ts";
import { newWorld, type Setup, type World } from "./world.ts";

export interface ExploreOptions {
  /** How many states at most. */
  readonly states: number;

  /** Of how many states one is followed into the calm. */
  readonly settleEach: number;
  readonly coverage: Coverage;

  /** Ends at the first fault. */
  readonly stopAtFault: boolean;
}

export interface Exploration extends Walked {
  readonly depth: number;

  /** Every state within the horizon was visited. */
  readonly isComplete: boolean;
}

interface Node {
  readonly world: World;
  readonly plan: Plan;
  readonly move: string | undefined;
  readonly from: Node | undefined;
}

/** Walks breadth-first over the shipped `reduce` and `plan`, in memory. */
export function explore(setup: Setup, { states, settleEach, coverage, stopAtFault }: ExploreOptions): Exploration {
  const seen = new SeenStates(states);
  const walker = new Walker(setup, seen, coverage, settleEach);
  const world = newWorld(setup);
  walker.begin(world);
  let frontier: Node[] = [{ world, plan: planOf(setup, world), move: undefined, from: undefined }];
  let depth = 0;
  const isFull = (): boolean => seen.size >= states || (stopAtFault && walker.isFaulty);
  for (; frontier.length > 0 && !isFull(); depth++) {
    const next: Node[] = [];
    for (const node of frontier) {
      if (isFull()) break;
      for (const found of walker.next(node.world, node.plan, () => lifeOf(node))) next.push({ ...found, from: node });
    }
    frontier = next;
  }
  return { ...walker.walked, depth, isComplete: frontier.length === 0 };
}

function lifeOf(node: Node): string[] {
  const life: string[] = [];
  for (let at: Node | undefined = node; at?.move !== undefined; at = at.from) life.push(at.move);
  return life.reverse();
}
