import type { Plan } from "../../src/planner/disk-plan.ts";
import { canonicalKey } from "./canonical-key.ts";
import { contextOf } from "./context.ts";
import type { Coverage } from "./coverage.ts";
import { invariants } from "./invariants.ts";
import { moves, planOf } from "./moves.ts";
import type { SeenStates } from "./seen-states.ts";
import { settles } from "./settle.ts";
import type { Setup, World } from "./world.ts";

/** A life in which something is wrong. */
export interface CounterExample {
  readonly setup: string;
  readonly invariant: string;
  readonly fault: string;
  readonly life: readonly string[];
}

/** What was walked so far. */
export interface Walked {
  readonly states: number;
  readonly transitions: number;
  readonly settled: number;
  readonly faults: readonly CounterExample[];
}

/** A state that nobody had seen. */
export interface NewState {
  readonly world: World;
  readonly plan: Plan;
  readonly move: string;
}

/** From each state every move that is possible in it; each new state is held against every invariant. */
export class Walker {
  readonly #setup: Setup;
  readonly #seen: SeenStates;
  readonly #coverage: Coverage;
  readonly #settleEach: number;
  readonly #faults = new Map<string, CounterExample>();
  #transitions = 0;
  #settled = 0;

  /** @param settleEach - of how many states one is followed into the calm */
  constructor(setup: Setup, seen: SeenStates, coverage: Coverage, settleEach: number) {
    this.#setup = setup;
    this.#seen = seen;
    this.#coverage = coverage;
    this.#settleEach = settleEach;
  }

  get walked(): Walked {
    const faults = [...this.#faults.values()];
    return { states: this.#seen.size, transitions: this.#transitions, settled: this.#settled, faults };
  }

  get isFaulty(): boolean {
    return this.#faults.size > 0;
  }

  /** Goes on from where a walk ended. */
  resume({ transitions, settled, faults }: Walked): void {
    this.#transitions = transitions;
    this.#settled = settled;
    for (const fault of faults) this.#faults.set(fault.invariant, fault);
  }

  /** @returns whether the state is new */
  begin(world: World): boolean {
    return this.#arrive(world, planOf(this.#setup, world), []);
  }

  /** @param lifeOf - what led to `world`, asked for where something is wrong */
  *next(world: World, plan: Plan, lifeOf: () => readonly string[]): Generator<NewState> {
    for (const move of this.#setup.moves) {
      const moved = moves[move]?.(this.#setup, world, plan);
      if (moved === undefined) continue;
      this.#transitions++;
      this.#coverage.noteMove(move);
      if (!this.#seen.add(canonicalKey(this.#setup, moved))) continue;
      const found = { world: moved, plan: planOf(this.#setup, moved), move };
      this.#check(found.world, found.plan, () => [...lifeOf(), move]);
      yield found;
    }
  }

  #arrive(world: World, plan: Plan, life: readonly string[]): boolean {
    if (!this.#seen.add(canonicalKey(this.#setup, world))) return false;
    this.#check(world, plan, () => life);
    return true;
  }

  #check(world: World, plan: Plan, lifeOf: () => readonly string[]): void {
    this.#coverage.note(world, plan);
    const context = contextOf(this.#setup, world, plan);
    for (const [name, invariant] of Object.entries(invariants)) this.#note(name, invariant(context), lifeOf);
    if (this.#seen.size % this.#settleEach !== 0) return;
    this.#settled++;
    this.#note("liveness", settles(this.#setup, world), lifeOf);
  }

  #note(invariant: string, fault: string | undefined, lifeOf: () => readonly string[]): void {
    if (fault === undefined || this.#faults.has(invariant)) return;
    this.#faults.set(invariant, { setup: this.#setup.name, invariant, fault, life: lifeOf() });
  }
}
