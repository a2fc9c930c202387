import { locationKeyOf, type Rule } from "@k8s-snapshots/scheduler";
import type { ResolvedRule } from "../rules/resolved-rule.ts";

/** The rules and problems that a replica counts: of several, one counts each. */
export class KnownRules {
  readonly #speaksFor: (rule: Pick<Rule, "backend" | "disk"> | undefined) => boolean;
  readonly #rules = new Map<string, Rule>();
  /** How many disks have a rule, by location; with one of these rules. */
  readonly #locations = new Map<string, { readonly rule: Rule; count: number }>();
  readonly #problems = new Map<string, number>();

  constructor(speaksFor: (rule: Pick<Rule, "backend" | "disk"> | undefined) => boolean) {
    this.#speaksFor = speaksFor;
  }

  change(id: string, before: ResolvedRule | undefined, after: ResolvedRule | undefined): void {
    this.#count(before, -1);
    this.#count(after, 1);
    if (after?.rule === undefined) this.#rules.delete(id);
    else this.#rules.set(id, after.rule);
  }

  /** Of the disks of which this replica speaks. */
  count(): number {
    let sum = 0;
    for (const { rule, count } of this.#locations.values()) if (this.#speaksFor(rule)) sum += count;
    return sum;
  }

  /** By reason; empty where another replica speaks of them. */
  problems(): Iterable<readonly [reason: string, count: number]> {
    return this.#speaksFor(undefined) ? this.#problems : [];
  }

  /** Whether this replica speaks of a rule, by its id: for one scrape, since it asks once a location. */
  shown(): (id: string) => boolean {
    const shown = new Set<string>();
    for (const [key, { rule }] of this.#locations) if (this.#speaksFor(rule)) shown.add(key);
    return (id) => {
      const rule = this.#rules.get(id);
      return rule !== undefined && shown.has(locationKeyOf(rule));
    };
  }

  #count(resolved: ResolvedRule | undefined, by: 1 | -1): void {
    const { rule, finding } = resolved ?? {};
    if (finding !== undefined) this.#problems.set(finding.reason, (this.#problems.get(finding.reason) ?? 0) + by);
    if (rule?.deltas === undefined) return;
    const key = locationKeyOf(rule);
    const known = this.#locations.get(key);
    if (known === undefined) this.#locations.set(key, { rule, count: by });
    else if (known.count + by === 0) this.#locations.delete(key);
    else known.count += by;
  }
}
