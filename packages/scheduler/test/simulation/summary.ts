import { reasons } from "../../src/planner/reason.ts";
import type { SeedResult } from "./simulate-seed.ts";
import { type Switch, switches } from "./switches.ts";

/** What many seeds came to. */
export class Summary {
  seeds = 0;
  made = 0;
  deleted = 0;
  lists = 0;
  calm = 0;
  failing = 0;

  /** The most that a snapshot was late once it was calm, in intervals. */
  lateness = 0;
  readonly switches: Map<Switch, number> = new Map();
  readonly reasons: Map<string, number> = new Map();

  add(result: SeedResult): void {
    this.seeds++;
    this.made += result.made;
    this.deleted += result.deleted;
    this.lists += result.lists;
    this.lateness = Math.max(this.lateness, result.lateness);
    if (result.on.size === 0) this.calm++;
    if (result.violations.length > 0) this.failing++;
    for (const name of result.on) this.switches.set(name, (this.switches.get(name) ?? 0) + 1);
    for (const [name, count] of result.reasons) this.reasons.set(name, (this.reasons.get(name) ?? 0) + count);
  }

  /** Reasons that no seed gave. */
  get unseen(): readonly string[] {
    return Object.keys(reasons).filter((name) => !this.reasons.has(name));
  }

  lines(milliseconds: number): readonly string[] {
    const perSeed = (milliseconds / Math.max(1, this.seeds)).toFixed(0);
    const counted = (counts: ReadonlyMap<string, number>): string =>
      [...counts]
        .sort(([, a], [, b]) => b - a)
        .map(([name, count]) => `${name} ${count}`)
        .join(", ");
    return [
      `${this.seeds} seeds, ${this.failing} failing, in ${(milliseconds / 1_000).toFixed(0)} s (${perSeed} ms each)`,
      `${this.made} snapshots made, ${this.deleted} deleted, ${this.lists} lists; worst lateness once calm ${this.lateness.toFixed(2)} intervals`,
      `switches: ${counted(this.switches)}`,
      `never on: ${switches.filter((name) => !this.switches.has(name)).join(", ") || "none"}`,
      `reasons: ${counted(this.reasons)}`,
      `never given: ${this.unseen.join(", ") || "none"}`,
    ];
  }
}
