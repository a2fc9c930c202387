import type { Plan } from "../../src/planner/disk-plan.ts";
import { type Reason, reasons } from "../../src/planner/reason.ts";
import type { World } from "./world.ts";

/** Reasons that one disk's life cannot bring: they belong to the loop or to settings that are constant here. */
const elsewhere: readonly Reason[] = ["PlanFailed", "NotOwned", "NamespaceLimit"];

/** What the exploration has met: an invariant that was never put to the test says nothing. */
export class Coverage {
  readonly #reasons = new Map<string, number>();
  readonly #moves = new Map<string, number>();
  readonly #actions = new Map<string, number>();

  noteMove(move: string): void {
    add(this.#moves, move);
  }

  note({ rule }: World, { creation, deletions, deferrals }: Plan): void {
    for (const { reason } of deferrals) add(this.#reasons, reason);
    for (const { reason } of deletions) add(this.#actions, `delete: ${reason}`);
    if (creation !== undefined) add(this.#actions, `create: ${creation.reason}`);
    if (rule === undefined && deletions.length > 0) add(this.#actions, "delete without a rule");
  }

  counts(): readonly ReadonlyMap<string, number>[] {
    return [this.#moves, this.#actions, this.#reasons];
  }

  /** What another exploration has met. */
  add(counts: ReturnType<Coverage["counts"]>): void {
    for (const [index, mine] of [this.#moves, this.#actions, this.#reasons].entries()) {
      for (const [name, count] of counts[index] ?? []) mine.set(name, (mine.get(name) ?? 0) + count);
    }
  }

  /** What was never met. */
  missing(wantedMoves: Iterable<string>): string[] {
    const wantedActions = ["first", "due", "asked", "resolve"].map((reason) => `create: ${reason}`);
    const wantedDeletions = ["expired", "failed", "room", "orphaned"].map((reason) => `delete: ${reason}`);
    return [
      ...(Object.keys(reasons) as Reason[]).filter(
        (reason) => !elsewhere.includes(reason) && !this.#reasons.has(reason),
      ),
      ...[...wantedMoves].filter((move) => !this.#moves.has(move)).map((move) => `move: ${move}`),
      ...[...wantedActions, ...wantedDeletions].filter((action) => !this.#actions.has(action)),
    ];
  }

  /** One line for each kind of thing, with how often it was met. */
  report(): string {
    return [this.#moves, this.#actions, this.#reasons]
      .map((counts) =>
        [...counts]
          .sort()
          .map(([name, count]) => `${name} ${count}`)
          .join(", "),
      )
      .join("\n");
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
