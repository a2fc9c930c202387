import type { Plan } from "../../src/planner/disk-plan.ts";
import { canonicalKey } from "./canonical-key.ts";
import type { Coverage } from "./coverage.ts";
import { contextOf, invariants } from "./invariants.ts";
import { moves, planOf } from "./moves.ts";
import { SeenStates } from "./seen-states.ts";
import { settles } from "./settle.ts";
import { newWorld, type Setup, type World } from "./world.ts";

/** A life in which something is wrong. */
export interface CounterExample {
  readonly setup: string;
  readonly invariant: string;
  readonly fault: string;
  readonly life: readonly string[];
}

export interface ExploreOptions {
  /** How many states at most. */
  readonly states: number;

  /** Of how many states one is followed into the calm. */
  readonly settleEach: number;
  readonly coverage: Coverage;

  /** Ends at the first fault. */
  readonly stopAtFault: boolean;
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  readonly settled: number;
  readonly depth: number;

  /** Every state within the horizon was visited. */
  readonly isComplete: boolean;
  readonly faults: readonly CounterExample[];
}

interface Node {
  readonly world: World;
  readonly plan: Plan;
  readonly move: string | undefined;
  readonly from: Node | undefined;
}

/** Walks breadth-first over the shipped `reduce` and `plan`: from each state every move that is possible in it. */
export function explore(setup: Setup, options: ExploreOptions): Exploration {
  const seen = new SeenStates(options.states);
  const faults: CounterExample[] = [];
  const known = new Set<string>();
  let transitions = 0;
  let settled = 0;
  let depth = 0;

  const fault = (node: Node, invariant: string, text: string): void => {
    if (known.has(invariant)) return;
    known.add(invariant);
    faults.push({ setup: setup.name, invariant, fault: text, life: lifeOf(node) });
  };
  const visit = (node: Node): void => {
    options.coverage.note(node.world, node.plan);
    const context = contextOf(setup, node.world, node.plan);
    for (const [name, invariant] of Object.entries(invariants)) {
      const text = invariant(context);
      if (text !== undefined) fault(node, name, text);
    }
    if (seen.size % options.settleEach === 0) {
      settled++;
      const text = settles(setup, node.world);
      if (text !== undefined) fault(node, "liveness", text);
    }
  };

  const world = newWorld(setup);
  const start: Node = { world, plan: planOf(setup, world), move: undefined, from: undefined };
  seen.add(canonicalKey(setup, world));
  visit(start);
  let frontier: Node[] = [start];
  const isFull = (): boolean => seen.size >= options.states || (options.stopAtFault && faults.length > 0);
  for (; frontier.length > 0 && !isFull(); depth++) {
    const next: Node[] = [];
    for (const node of frontier) {
      if (isFull()) break;
      for (const move of setup.moves) {
        const moved = moves[move]?.(setup, node.world, node.plan);
        if (moved === undefined) continue;
        transitions++;
        options.coverage.noteMove(move);
        if (!seen.add(canonicalKey(setup, moved))) continue;
        const found: Node = { world: moved, plan: planOf(setup, moved), move, from: node };
        visit(found);
        next.push(found);
      }
    }
    frontier = next;
  }
  return { states: seen.size, transitions, settled, depth, isComplete: frontier.length === 0, faults };
}

function lifeOf(node: Node): string[] {
  const life: string[] = [];
  for (let at: Node | undefined = node; at?.move !== undefined; at = at.from) life.push(at.move);
  return life.reverse();
}
